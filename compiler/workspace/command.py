"""Git, run as a command: the only file that imports GitPython.

Every call has fixed arguments, an environment of ours, a time limit, and no hooks. Identity, signing and credentials
are left to the operator's Git configuration. Importing GitPython takes 60 ms, so it happens on first use.
"""

import os
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.workspace.failure import EnvironmentFailure, LostRace

if TYPE_CHECKING:
    import git

LOCAL_SECONDS = 300
"""Limit of a local command; the longest known, a first commit of 55 000 files, takes 7 s."""

NETWORK_SECONDS = 30
"""Limit of one fetch or push: a remote that hangs must not hold an automatic run for longer."""

_SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.fsync=committed,reference",  # loose objects and refs too: what is announced as committed survives a power cut
    "core.fsyncMethod=batch",  # one flush for all objects of a command
    "protocol.ext.allow=never",
    "gc.auto=0",  # garbage collection belongs to the owner of the repository
    "maintenance.auto=false",
)
_MAY_ASK = ("commit-tree",)
"""Commands that stay in the caller's session, because a signing key may ask for its passphrase.

All others get a session of their own: ssh cannot ask on the terminal, a time-out reaches Git's helpers too, and a kill
of our process group does not hit Git while it holds a lock.
"""

_GRACE_SECONDS = 2.0
_ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",  # an id means the object that it is the hash of
    "GIT_LITERAL_PATHSPECS": "1",
    "LC_ALL": "C",
}
_CONTENTION = ("cannot lock ref", ".lock': File exists", "reference already exists")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command of Git gave back."""

    code: int
    stdout: bytes
    stderr: str


class Git:
    """The command `git` bound to one repository."""

    def __init__(self, repo: "git.Repo") -> None:
        self._repo = repo
        self.directory = Path(repo.git_dir)
        self.work_tree = Path(repo.working_tree_dir) if repo.working_tree_dir else None
        # Said explicitly, because a hook or a wrapper may have left its own values in the environment.
        own = {"GIT_DIR": str(self.directory), "GIT_INDEX_FILE": str(self.directory / "index")}
        if self.work_tree:
            own["GIT_WORK_TREE"] = str(self.work_tree)
        repo.git.update_environment(**_ENVIRONMENT, **own)

    @classmethod
    def discover(cls, path: Path) -> "Git":
        """Return Git for the repository that holds `path`; bare and shallow ones too."""
        try:
            import git
        except ImportError as error:
            raise EnvironmentFailure(
                "run git", "there is no usable git command", "install Git 2.36 or newer"
            ) from error
        try:
            return cls(git.Repo(path, search_parent_directories=True, expand_vars=False))
        except (git.InvalidGitRepositoryError, git.NoSuchPathError) as error:
            raise EnvironmentFailure(
                f"open {path}", "it is not in a Git repository", "run in a clone, or run `git init` first"
            ) from error
        except (OSError, ValueError) as error:
            raise EnvironmentFailure(f"open {path}", str(error), "check the repository with `git fsck`") from error

    def run(self, *arguments: str, stdin: bytes = b"", network: bool = False) -> Outcome:
        """Run one command to its end. Raises EnvironmentFailure when it cannot run or exceeds its time."""
        import git

        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        try:
            process: Any = self._repo.git.execute(
                ["git", *settings, *arguments],
                istream=subprocess.PIPE,
                as_process=True,
                start_new_session=arguments[0] not in _MAY_ASK,
            )
        except (OSError, git.GitCommandError) as error:
            raise EnvironmentFailure(f"run git {arguments[0]}", str(error), "check the installation of Git") from error
        return _finish(process.proc, arguments[0], stdin, NETWORK_SECONDS if network else LOCAL_SECONDS)

    def must(self, *arguments: str, stdin: bytes = b"", network: bool = False) -> bytes:
        """Run one command and return its output. Raises LostRace on a held lock, else EnvironmentFailure."""
        outcome = self.run(*arguments, stdin=stdin, network=network)
        if outcome.code:
            raise failure(f"run git {arguments[0]}", outcome)
        return outcome.stdout

    def text(self, *arguments: str) -> str:
        """Run one command and return its output as one stripped text."""
        return self.must(*arguments).decode("utf-8", "surrogateescape").strip()

    def blob(self, oid: str) -> bytes:
        """Return one blob, through one `cat-file --batch` that stays open."""
        try:
            return bytes(self._repo.git.get_object_data(oid)[-1])
        except (ValueError, OSError) as error:
            raise EnvironmentFailure(f"read object {oid}", str(error), "check it with `git fsck`") from error


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
