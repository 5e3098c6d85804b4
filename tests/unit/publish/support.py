"""Output of a pretend compiler, and real Git repositories to publish it to."""

import hashlib
import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from compiler.publish.commit import CommitRequest, Committed, NothingToDo, commit
from compiler.publish.ownership import Changes
from compiler.workspace.files import Files
from compiler.workspace.repository import Repository

ENVIRONMENT = {
    **os.environ,
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "GIT_AUTHOR_NAME": "Someone",
    "GIT_AUTHOR_EMAIL": "someone@example.net",
    "GIT_COMMITTER_NAME": "Someone",
    "GIT_COMMITTER_EMAIL": "someone@example.net",
}


def recorded(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return files together with their record of ownership."""
    digests = {path: hashlib.sha256(content).hexdigest() for path, content in sorted(files.items())}
    return {**files, "BUILD.json": json.dumps({"files": digests}).encode()}


def generation(number: int, count: int = 12) -> dict[str, bytes]:
    """Return output of which every file carries its generation's number; some names come and go between generations."""
    names = [f"part{index % 4}/object-{index}.yaml" for index in range(count)] + [f"only/in-{number % 2}.yaml"]
    return recorded({name: f"generation {number}\n".encode() * 40 for name in names})


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def names_in(folder: Path) -> list[str]:
    """Return the names in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir())


def git(folder: Path, *arguments: str, text: str = "") -> str:
    """Run Git as a person would, and return what it prints."""
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], input=text, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def new_repository(folder: Path, specs: Mapping[str, str]) -> Path:
    """Create a repository whose branch `main` holds these specs: cluster name to text."""
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    for name, text in specs.items():
        write_spec(folder, name, text)
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=specs")
    return folder


def write_spec(folder: Path, name: str, text: str) -> None:
    """Write one cluster's spec."""
    spec = folder / "clusters" / name / "cluster.yaml"
    spec.parent.mkdir(parents=True, exist_ok=True)
    spec.write_text(text)


def bare_clone(origin: Path, folder: Path) -> Path:
    """Return a bare clone of a repository."""
    git(origin, "clone", "--quiet", "--bare", ".", str(folder))
    return folder


def compile_specs(files: Files) -> dict[str, dict[str, bytes]]:
    """Compile each cluster to files that repeat its spec."""
    return {
        f"clusters/{name}/generated": output_of(files.read(f"clusters/{name}/cluster.yaml"))
        for name in files.clusters()
    }


def output_of(spec: bytes) -> dict[str, bytes]:
    """Return the pretend output of one spec."""
    return recorded({f"part{index % 3}/object-{index}.yaml": spec * (index + 1) for index in range(6)})


def summarize(before: Files, changes: Mapping[str, Changes]) -> str:
    """Return a subject that shows what it was made from."""
    return f"{len(before.clusters())} clusters before, {sum(map(bool, changes.values()))} changed"


def run_commit(
    folder: Path, compiler: Callable[[Files], Mapping[str, Mapping[str, bytes]]] = compile_specs, **options: object
) -> Committed | NothingToDo:
    """Commit to `main` of the repository at `folder`."""
    given = {"branch": "main", "compile": compiler, "summarize": summarize, "version": "0.1.0", **options}
    return commit(Repository.discover(folder), CommitRequest(**given))  # type: ignore[arg-type]


def add_to_branch(folder: Path, path: str, content: str) -> None:
    """Commit one file as a person would, past any work tree."""
    oid = git(folder, "hash-object", "-w", "--stdin", text=content)
    head = "commit refs/heads/main\ncommitter P <p@example.net> now\ndata 4\nedit\nfrom refs/heads/main^0\n"
    stream = f"{head}M 100644 {oid} {path}\n"
    git(folder, "fast-import", "--quiet", "--date-format=now", text=stream)


def committed(folder: Path, revision: str = "main") -> dict[str, bytes]:
    """Return every file of a commit."""
    names = git(folder, "ls-tree", "-r", "--name-only", revision).splitlines()
    files = Repository.discover(folder).files(git(folder, "rev-parse", revision))
    return {name: files.read(name) for name in names}
