"""kedge in this process, on a repository of one small cluster with Git: the result of a command in a tenth of the time."""

import hashlib
from pathlib import Path

from click.testing import CliRunner, Result

from compiler.cli.main import main
from tests.cli.conftest import GIT, run
from tests.rules import cases

DAY = "2026-11-21"
EPOCH = "1795262400"  # noon of that day in UTC
CA = "3f1a5c7e9b2d4f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8"  # of the rules' base


class Repository:
    """A repository whose clusters are files of the rules' base with a piece of YAML laid over it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "bases").mkdir(parents=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str) -> str:
        """Run Git, which must succeed."""
        done = run("git", *arguments, cwd=self.root)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, name: str, fragment: str, metadata: str = "") -> None:
        """Write the spec of a cluster, over a base of its own: no two clusters have an endpoint, a CA or an address in common."""
        own = metadata.rpartition("renamedFrom: ")[2] or name
        text = cases.over_base(fragment).replace(f"{{name: {cases.CASE}}}", f"{{name: {name}{metadata}}}")
        (self.root / f"bases/{own}.yaml").write_text(_own(own))
        self.text(name, text.replace(cases.BASE, f"bases/{own}.yaml"))

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
        """Run a command, `runbook list` as one argument; stdout and stderr are apart in the result."""
        command, *rest = arguments
        return CliRunner(env={**GIT, "SOURCE_DATE_EPOCH": EPOCH}).invoke(
            main, [*command.split(), "-C", str(self.root), *rest]
        )

    def commit(self, message: str = "change") -> None:
        """Commit everything that is there."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def compiled(self) -> None:
        """Compile and commit, as a person does."""
        done = self.kedge("compile")
        assert done.exit_code == 0, done.output
        self.commit("compile")


def _own(name: str) -> str:
    """Return the rules' base with an endpoint, a CA and addresses that depend on the name."""
    base, digest = (cases.HERE / "base.yaml").read_text(), hashlib.sha256(name.encode())
    for old, new in (
        ("api.case.", f"api.{name}."),
        ("10.20.0.", "10.{}.{}.".format(*digest.digest())),
        (CA, digest.hexdigest()),
    ):
        assert old in base
        base = base.replace(old, new)
    return base
