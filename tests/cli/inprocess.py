"""kedge in this process, on a repository of one small cluster with Git: the result of a command in a tenth of the time."""

from pathlib import Path

from click.testing import CliRunner, Result

from compiler.cli.main import main
from tests.cli.conftest import GIT, run
from tests.rules import cases

DAY = "2026-11-21"
EPOCH = "1795262400"  # noon of that day in UTC


class Repository:
    """A repository whose clusters are files of the rules' base with a piece of YAML laid over it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "bases").mkdir(parents=True)
        (root / "bases/base.yaml").write_text((cases.HERE / "base.yaml").read_text())
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str) -> str:
        """Run Git, which must succeed."""
        done = run("git", *arguments, cwd=self.root)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, name: str, fragment: str, metadata: str = "") -> None:
        """Write the spec of a cluster."""
        text = cases.over_base(fragment).replace(f"{{name: {cases.CASE}}}", f"{{name: {name}{metadata}}}")
        self.text(name, text)

    def text(self, name: str, text: str) -> None:
        """Write the file of a cluster."""
        folder = self.root / "clusters" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "cluster.yaml").write_text(text)

    def removed(self, name: str) -> None:
        """Write the record of a removed cluster."""
        ends = f"removed: {{date: {DAY}, reason: Moved away, approver: Head of infrastructure}}"
        self.text(name, f"apiVersion: kedge/v1alpha1\nkind: ClusterDR\nmetadata: {{name: {name}}}\n{ends}\n")

    def kedge(self, *arguments: str) -> Result:
        """Run a command; stdout and stderr are apart in the result."""
        command, *rest = arguments
        return CliRunner(env={**GIT, "SOURCE_DATE_EPOCH": EPOCH}).invoke(main, [command, "-C", str(self.root), *rest])

    def commit(self, message: str = "change") -> None:
        """Commit everything that is there."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def compiled(self) -> None:
        """Compile and commit, as a person does."""
        done = self.kedge("compile")
        assert done.exit_code == 0, done.output
        self.commit("compile")
