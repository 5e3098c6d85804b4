"""Git, run as a command: the only file that imports GitPython.

Whose repository it is, Git itself judges (`safe.directory`) before anything else runs. A repository's own configuration runs
nothing: every call has fixed arguments, an environment of ours, a time limit, no hooks, and a transport only where a person
asked for one. Identity, signing and credentials are left to the operator's configuration (`distrust` says which of the
repository's are refused there). Importing GitPython takes 60 ms, so it happens on first use.
"""

import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from compiler.workspace import environment
from compiler.workspace.failure import EnvironmentFailure, LostRace
from compiler.workspace.objects import Objects

if TYPE_CHECKING:
    import git

LOCAL_SECONDS = 300
"""Limit of a local command; the longest known, a first commit of 55 000 files, takes 7 s."""

NETWORK_SECONDS = 30
"""Limit of one fetch or push: a remote that hangs must not hold an automatic run for longer."""

_MAY_ASK = ("commit-tree",)
"""Commands that stay in the caller's session, because a signing key may ask for its passphrase.

All others get a session of their own: ssh cannot ask on the terminal, a time-out reaches Git's helpers too, and a kill
of our process group does not hit Git while it holds a lock.
"""

_GRACE_SECONDS = 2.0
_CONTENTION = ("cannot lock ref", ".lock': File exists", "reference already exists")


class Outcome(Struct, frozen=True):
    """What a command of Git gave back."""

    code: int
    stdout: bytes
    stderr: str


class Location(Struct, frozen=True):
    """Where a repository is: its own directory, the one that its work trees share, and the work tree or None."""

    directory: Path
    shared: Path
    work_tree: Path | None


class Git:
    """The command `git` bound to one repository."""

    def __init__(self, location: Location) -> None:
        self.directory = location.directory
        self.shared = location.shared
        self.work_tree = location.work_tree
        # Said explicitly, so that every later command is about the repository that was judged.
        own = {"GIT_DIR": str(self.directory), "GIT_INDEX_FILE": str(self.directory / "index")}
        if self.work_tree:
            own["GIT_WORK_TREE"] = str(self.work_tree)
        self._command = _command(own)
        self.objects = Objects(lambda: _started(self._command, ("cat-file", "--batch"), "cat-file"))

    @classmethod
    def discover(cls, path: Path) -> "Git":
        """Return Git for the repository that holds `path`; bare and shallow ones too. Raises EnvironmentFailure."""
        return cls(locate(path))

    def run(self, *arguments: str, stdin: bytes = b"", network: bool = False) -> Outcome:
        """Run one command to its end. Raises EnvironmentFailure when it cannot run or exceeds its time."""
        top = str(self.work_tree or self.directory)
        return _run(self._command, ("-C", top, *arguments), arguments[0], stdin=stdin, network=network)

    def must(self, *arguments: str, stdin: bytes = b"", network: bool = False) -> bytes:
        """Run one command and return its output. Raises LostRace on a held lock, else EnvironmentFailure."""
        outcome = self.run(*arguments, stdin=stdin, network=network)
        if outcome.code:
            raise failure(f"run git {arguments[0]}", outcome)
        return outcome.stdout

    def away(self, *arguments: str, stdin: bytes) -> bytes:
        """Run one command on the index in an empty folder, out of reach of the work tree.

        Who writes the index compares files that are as new as the index once more, and that comparison runs filters.
        """
        import tempfile  # with what it brings 10 ms

        with tempfile.TemporaryDirectory(prefix="kedge-") as empty:
            words = ("-C", empty, f"--work-tree={empty}", *arguments)
            outcome = _run(self._command, words, arguments[0], stdin=stdin)
        if outcome.code:
            raise failure(f"run git {arguments[0]}", outcome)
        return outcome.stdout

    def text(self, *arguments: str) -> str:
        """Run one command and return its output as one stripped text."""
        return self.must(*arguments).decode("utf-8", "surrogateescape").strip()

    def blob(self, oid: str) -> bytes:
        """Return one object, a blob or a tree. Raises EnvironmentFailure."""
        (content,) = self.objects.read((oid,))
        if content is None:
            advice = (
                "check it with `git fsck`; in a partial clone fetch everything first: git fetch --refetch --no-filter"
            )
            raise EnvironmentFailure(f"read object {oid}", "it is missing or damaged", advice)
        return content


def locate(path: Path) -> Location:
    """Return the repository that holds `path`, where Git itself accepts its owner. Raises EnvironmentFailure."""
    environment.keep_own()
    command = _command({})
    found = _paths(command, path, "--is-inside-work-tree", "--absolute-git-dir", "--git-common-dir")
    if len(found) != 3:
        raise EnvironmentFailure(f"open {path}", "its path holds a line feed", "rename the folder")
    inside, directory, shared = found[0] == "true", Path(found[1]), Path(found[2])
    work_tree = Path(_paths(command, path, "--show-toplevel")[0]) if inside else None
    if work_tree and not os.path.lexists(work_tree / ".git"):
        happened = f"the repository {directory} says that its work tree is {work_tree}, which has no .git"
        raise EnvironmentFailure(f"open {path}", happened, "remove core.worktree from its configuration")
    if not work_tree and _embedded(command, directory):
        happened = f"{directory} is inside the work tree of another repository, so it may have come with a checkout"
        raise EnvironmentFailure(f"open {path}", happened, "run at the root of that work tree, or clone it elsewhere")
    return Location(directory, shared, work_tree)


def _embedded(command: "git.Git", directory: Path) -> bool:
    """Return whether a bare repository is inside a work tree: Git's own `safe.bareRepository` warns of these."""
    above = _run(command, ("-C", str(directory.parent), "rev-parse", "--is-inside-work-tree"), "rev-parse")
    return above.stdout.strip() == b"true"


def _paths(command: "git.Git", path: Path, *questions: str) -> list[str]:
    """Return the lines that `git rev-parse` answers at `path`. Raises EnvironmentFailure with Git's own words."""
    words = ("-C", str(path), "rev-parse", "--path-format=absolute", *questions)
    outcome = _run(command, words, "rev-parse")
    if outcome.code:
        raise _refused(path, outcome)
    return outcome.stdout.decode("utf-8", "surrogateescape").removesuffix("\n").split("\n")


def _refused(path: Path, outcome: Outcome) -> EnvironmentFailure:
    """Return why Git does not open the repository at `path`."""
    if "dubious ownership" in outcome.stderr:
        advice = (
            "run as its owner, or, if you trust every user who can write there, add it to safe.directory as Git says"
        )
        return EnvironmentFailure(f"open {path}", outcome.stderr, advice)
    if "not a git repository" in outcome.stderr or not path.exists():
        return EnvironmentFailure(
            f"open {path}", "it is not in a Git repository", "run in a clone, or run `git init` first"
        )
    return failure(f"open {path}", outcome)


def _command(own: Mapping[str, str]) -> "git.Git":
    """Return GitPython's runner with an environment of ours."""
    try:
        import git
    except ImportError as error:
        raise EnvironmentFailure("run git", "there is no usable git command", "install Git 2.36 or newer") from error
    command = git.Git()
    command.update_environment(**environment.settings(), **environment.CLOSED, **own)
    return command


def _run(
    command: "git.Git", words: tuple[str, ...], name: str, *, stdin: bytes = b"", network: bool = False
) -> Outcome:
    """Run one command to its end; `name` is the word of Git in it."""
    own_session = name not in _MAY_ASK
    env = environment.OPEN if network else None
    process = _started(command, ("--no-pager", *words), name, env=env, start_new_session=own_session)
    return _finish(process.proc, name, stdin, NETWORK_SECONDS if network else LOCAL_SECONDS)


def _started(command: "git.Git", words: tuple[str, ...], name: str, **options: Any) -> Any:
    """Return GitPython's handle of a process that runs and reads from a pipe; it ends with the handle."""
    import git

    try:
        return command.execute(["git", *words], istream=subprocess.PIPE, as_process=True, **options)
    except (OSError, git.GitCommandError) as error:
        raise EnvironmentFailure(f"run git {name}", str(error), "check the installation of Git") from error


def failure(attempted: str, outcome: Outcome) -> EnvironmentFailure:
    """Return the failure that a command's messages describe."""
    message = outcome.stderr or f"git ended with code {outcome.code}"
    if any(mark in message for mark in _CONTENTION):
        return LostRace(
            attempted, message, "run again; a .lock file that stays was left by a killed Git and can be removed"
        )
    return EnvironmentFailure(attempted, message, "fix what Git reports, then run again")


def _finish(process: "subprocess.Popen[bytes]", name: str, stdin: bytes, seconds: int) -> Outcome:
    """Feed a process, wait for its end within the limit, and leave none behind."""
    try:
        stdout, stderr = process.communicate(stdin, timeout=seconds)
    except BaseException as error:
        _end(process)
        if not isinstance(error, subprocess.TimeoutExpired):
            raise
        raise EnvironmentFailure(
            f"run git {name}", f"no answer in {seconds} s", "check the remote, run again"
        ) from error
    return Outcome(process.returncode, stdout, stderr.decode("utf-8", "replace").strip())


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process, and its session if it leads one: politely first, as Git then removes its lock files."""
    signalled = os.killpg if os.getpgid(process.pid) == process.pid else os.kill
    with suppress(ProcessLookupError):
        signalled(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_SECONDS)
        signalled(process.pid, signal.SIGKILL)
    process.wait()
