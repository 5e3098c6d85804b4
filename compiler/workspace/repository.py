"""A Git repository in the few operations that kedge needs: read a commit, build the next one, move a branch safely.

Everything is plumbing on objects and refs; the index is touched by `stage` alone, the work tree by nothing here: no command
of Git reads or writes its files, so no filter of the repository runs. A branch moves only by compare-and-swap, a push is
never forced.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import count
from pathlib import Path

from msgspec import Struct

from compiler.workspace.command import Git, failure
from compiler.workspace.committed import GitFiles
from compiler.workspace.distrust import CONNECTING, HOOKS, SIGNING, refuse_own_keys, refuse_programs
from compiler.workspace.failure import EnvironmentFailure, LostRace

_REVISION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._/+@~^-]{0,254}")
_PAGE = 20  # commits that are listed at once: one is enough, unless messages were forged
_BRANCH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._/+-]{0,254}")
_REMOTE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
_BEHIND = re.compile(
    r"fetch first|non-fast-forward|stale info|cannot lock ref|failed to update ref|incorrect old value"
)
_SCRATCH = "refs/kedge/scratch"  # named only inside fast-import's stream, and taken back there: it never comes to exist
_NOBODY = "kedge <kedge@invalid> 0 +0000"


class Repository(Struct, frozen=True, dict=True):
    """One repository, through one of its work trees or none."""

    git: Git

    @classmethod
    def discover(cls, path: Path) -> "Repository":
        """Open the repository that holds `path`. Raises EnvironmentFailure."""
        return cls(Git.discover(path))

    @property
    def root(self) -> Path | None:
        """The root of the work tree; None in a bare repository."""
        return self.git.work_tree

    def resolve(self, revision: str) -> str:
        """Return the id of the commit that a branch, tag or revision means. Raises EnvironmentFailure.

        A tag of a branch's name is refused: Git would take the tag, which anybody may have pushed.
        """
        commit = self._lookup(revision) if _REVISION.fullmatch(revision) else None
        if commit is not None and self._lookup(f"refs/tags/{revision}") and self._is_branch(revision):
            raise EnvironmentFailure(
                f"read {revision}", "it is a tag and a branch", f"write refs/heads/{revision} or refs/tags/{revision}"
            )
        if commit is None:
            raise EnvironmentFailure(f"read {revision}", "there is no such commit here", "check the name, or fetch it")
        return commit

    def _is_branch(self, name: str) -> bool:
        return any(self._lookup(f"refs/{folder}/{name}") for folder in ("heads", "remotes", "remotes/origin"))

    def tip(self, branch: str) -> str | None:
        """Return the commit at the tip of `refs/heads/...` or `refs/remotes/...`; None if there is no such branch."""
        return self._lookup(branch)

    def unborn(self) -> bool:
        """Return whether the branch that HEAD names has no commit yet."""
        return self.git.run("rev-parse", "--verify", "--quiet", "HEAD").code != 0

    def files(self, commit: str) -> GitFiles:
        """Return read access to the files of one commit."""
        return GitFiles(self.git, commit)

    def write_tree(self, base: str, changes: Iterable[tuple[str, bytes | None]]) -> str:
        """Return the id of the tree of `base` with files written (content) or removed (None), all else unchanged.

        One `fast-import` for 50 files or 50 000. Paths must be plain, without characters that Git quotes. Without deltas: it makes
        one to whatever file came before, which saves 6 % of the pack, and then a read of 1000 records takes 0.7 s instead of 0.05.
        """
        stream = [
            b"feature done\ncommit %s\ncommitter %s\ndata 0\nfrom %s\n"
            % tuple(map(str.encode, (_SCRATCH, _NOBODY, base)))
        ]
        for path, content in changes:
            stream += _written(path, content) if content is not None else [b"D ", path.encode(), b"\n"]
        stream.append(b'ls ""\nreset %s\nfrom %s\n\ndone\n' % (_SCRATCH.encode(), b"0" * len(base)))
        answer = self.git.must(
            "fast-import", "--quiet", "--done", "--date-format=raw", "--depth=0", stdin=b"".join(stream)
        )
        return answer.split()[2].decode()  # 040000 tree <oid> TAB

    def commit_tree(self, tree: str, parent: str, message: str) -> str:
        """Return the id of a new commit. Signed where `commit.gpgSign` says so, which `commit-tree` itself ignores."""
        sign = ["-S"] if self.signs else []
        refuse_programs(self.git, SIGNING if sign else HOOKS, "make the commit")
        written = self.git.must("commit-tree", *sign, "-p", parent, "-F", "-", tree, stdin=message.encode())
        return written.decode().strip()

    @cached_property
    def signs(self) -> bool:
        """Whether commits made here are signed."""
        return self.git.run("config", "--type=bool", "--get", "commit.gpgSign").stdout.strip() == b"true"

    def signed(self, commit: str) -> bool:
        """Return whether a commit has a good signature of a key that this machine knows."""
        if b"\ngpgsig" not in self.git.blob(commit).partition(b"\n\n")[0]:
            return False
        refuse_programs(self.git, SIGNING, "verify a signature")
        refuse_own_keys(self.git, "verify a signature")
        return self.git.run("verify-commit", commit).code == 0

    def move(self, branch: str, new: str, old: str) -> None:
        """Move `refs/heads/...` from `old` to `new` if it still is at `old`. Raises LostRace."""
        self.git.must("update-ref", "-m", "kedge: commit", branch, new, old)

    def merge_base(self, one: str, other: str) -> str | None:
        """Return the best common ancestor of two commits; None where there is none, or none is known here."""
        return self.git.run("merge-base", one, other).stdout.decode().strip() or None

    def default_branch(self) -> str | None:
        """Return the ref of the branch that others build on: the remote's default as the clone knows it, else `main` or `master`.

        Else the branch that is checked out, where there is no other one.
        """
        stated = self.git.run("symbolic-ref", "--quiet", "refs/remotes/origin/HEAD").stdout.decode().strip()
        usual = [f"refs/{place}/{name}" for place in ("remotes/origin", "heads") for name in ("main", "master")]
        known = next((ref for ref in (stated, *usual) if ref and self.tip(ref)), None)
        return known or self._only_branch()

    def _only_branch(self) -> str | None:
        current = self.git.run("symbolic-ref", "--quiet", "HEAD").stdout.decode().strip()
        branches = self.git.text("for-each-ref", "--format=%(refname)", "refs/heads", "refs/remotes").split()
        return current if branches == [current] else None

    def shallow(self) -> bool:
        """Return whether the history of this clone ends before it begins."""
        return self.git.text("rev-parse", "--is-shallow-repository") == "true"

    def ancestors(self, commit: str, pattern: str = "", without: Sequence[str] = ()) -> Iterator[str]:
        """Yield `commit` and all before it, none before its children: those whose message has a line that matches.

        `without`: commits that are left out with all before them.
        """
        words = ("--topo-order", *(("--extended-regexp", f"--grep={pattern}") if pattern else ()))
        ends = (commit, *(f"^{one}" for one in without))
        for skipped in count(0, _PAGE):
            page = self.git.text("rev-list", f"-{_PAGE}", f"--skip={skipped}", *words, *ends).split()
            yield from page
            if len(page) < _PAGE:
                return

    def message(self, commit: str) -> str:
        """Return the message of a commit."""
        return self.git.blob(commit).decode("utf-8", "surrogateescape").partition("\n\n")[2].strip()

    def parents(self, commit: str) -> tuple[str, ...]:
        """Return the parents of a commit, the first one first."""
        head = self.git.blob(commit).partition(b"\n\n")[0]
        return tuple(line[7:].decode() for line in head.split(b"\n") if line.startswith(b"parent "))

    def changed(self, old: str, new: str, folders: Sequence[str]) -> frozenset[str]:
        """Return the paths below these folders that differ between two commits."""
        words = ("diff-tree", "-r", "--name-only", "--no-renames", "--no-ext-diff", "-z", old, new, "--", *folders)
        listed = self.git.must(*words).decode("utf-8", "surrogateescape")
        return frozenset(listed.split("\0")[:-1])

    def contains(self, commit: str, pattern: str, folders: Sequence[str]) -> bool:
        """Return whether a line of a file below these folders matches an extended regular expression."""
        return bool(folders) and self.git.run("grep", "--quiet", "-E", "-e", pattern, commit, "--", *folders).code == 0

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Return whether `newer` contains `older`."""
        return self.git.run("merge-base", "--is-ancestor", older, newer).code == 0

    def fetch(self, remote: str, branch: str) -> str:
        """Fetch one branch of a configured remote and return its tip. Raises LostRace, EnvironmentFailure."""
        refuse_programs(self.git, CONNECTING, f"fetch from {remote}")
        tracking = f"refs/remotes/{_remote(remote)}/{branch.removeprefix('refs/heads/')}"
        options = ("--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--quiet")
        self.git.must("fetch", *options, remote, f"+{branch}:{tracking}", network=True)
        return self.resolve(tracking)

    def push(self, remote: str, commit: str, branch: str) -> None:
        """Push one commit, fast-forward only. Raises LostRace if the remote is ahead, else EnvironmentFailure."""
        refuse_programs(self.git, CONNECTING, f"push to {remote}")
        self._refuse_inside(remote)
        options = ("--porcelain", "--no-follow-tags", "--recurse-submodules=no")
        outcome = self.git.run("push", *options, _remote(remote), f"{commit}:{branch}", network=True)
        if outcome.code == 0:
            return
        refused = [line for line in outcome.stdout.decode("utf-8", "replace").splitlines() if line.startswith("!")]
        if refused and _BEHIND.search(refused[0].split("\t")[-1]):
            raise LostRace(f"push to {remote}", refused[0].split("\t")[-1], "run again")
        raise failure(f"push to {remote}", outcome)

    def _refuse_inside(self, remote: str) -> None:
        """Raise where a remote is a folder of this repository: a push runs the hooks that are in it."""
        address = self.git.text("remote", "get-url", "--push", _remote(remote))
        top = (self.root or self.git.directory).resolve()
        folder = _folder(address)
        if folder is not None and (top / folder).resolve().is_relative_to(top):
            happened = f"{address} is inside this repository, and a push would run its hooks"
            raise EnvironmentFailure(f"push to {remote}", happened, "move that repository elsewhere")

    def last_change(self, commit: str, paths: Sequence[str]) -> str | None:
        """Return the last commit up to `commit` that changed one of these paths; None where there is none, or none is known here."""
        if not paths:
            return None
        return self.git.text("rev-list", "-1", commit, "--", *paths) or None

    def checked_out(self) -> Mapping[str, Path]:
        """Return the branches that are checked out, in any work tree of the repository, each with its folder."""
        blocks = self.git.text("worktree", "list", "--porcelain").split("\n\n")
        records = [dict(line.partition(" ")[::2] for line in block.splitlines()) for block in blocks]
        return {record["branch"]: Path(record["worktree"]) for record in records if "branch" in record}

    def staged(self, folders: Iterable[str]) -> dict[str, str]:
        """Return the object id of each path in the index below `folders`; `conflict` where a merge is not resolved."""
        listed = self.git.must("ls-files", "--stage", "-z", "--", *folders).decode("utf-8", "surrogateescape")
        entries: dict[str, str] = {}
        for line in listed.split("\0")[:-1]:
            head, _, path = line.partition("\t")
            _, oid, number = head.split(" ")
            entries[path] = oid if number == "0" else "conflict"
        return entries

    def staged_otherwise(self, commit: str, folder: str) -> list[str]:
        """Return the paths below `folder` that the index has not as `commit` has them."""
        listed = self.git.must("diff-index", "--cached", "--name-only", "--no-ext-diff", "-z", commit, "--", folder)
        return listed.decode("utf-8", "surrogateescape").split("\0")[:-1]

    def stage(self, entries: Mapping[str, str | None]) -> None:
        """Put plain files into the index by their object ids, and take out what has None. No file is read."""
        lines = [f"100644 {oid}\t{path}\0" for path, oid in entries.items() if oid]
        removed = "\0".join(path for path, oid in entries.items() if not oid)
        self.git.away("update-index", "-z", "--force-remove", "--stdin", stdin=removed.encode())
        self.git.away("update-index", "-z", "--index-info", stdin="".join(lines).encode())

    def _lookup(self, revision: str) -> str | None:
        """Return the commit that a revision means, or None. Raises EnvironmentFailure if the repository is broken."""
        outcome = self.git.run("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        if outcome.code and outcome.stderr:
            raise failure(f"read {revision}", outcome)
        return outcome.stdout.decode().strip() or None


def branch_name(text: str) -> str:
    """Return `refs/heads/main` for `main` and for `refs/heads/main`. Raises EnvironmentFailure for a name not plain."""
    short = text.removeprefix("refs/heads/")
    if not _BRANCH.fullmatch(short) or ".." in short or "//" in short or short.endswith((".", "/", ".lock")):
        raise EnvironmentFailure(f"use branch {text}", "it is not a plain branch name", "give one such as main")
    return f"refs/heads/{short}"


def _folder(address: str) -> str | None:
    """Return the folder that a remote's address names, None where it names another machine: by a URL, or as `host:path`."""
    scheme, separator, rest = address.partition("://")
    if separator:
        return rest if scheme == "file" else None
    return None if ":" in address.partition("/")[0] else address


def _remote(name: str) -> str:
    """Return the name of a configured remote; an address is refused, as it could name a program to run."""
    if not _REMOTE.fullmatch(name):
        raise EnvironmentFailure(
            f"use remote {name}", "it is not the name of a remote", "configure it with `git remote add`"
        )
    return name


def _written(path: str, content: bytes) -> list[bytes]:
    """Return the part of a fast-import stream that writes one file."""
    return [b"M 100644 inline ", path.encode(), b"\ndata ", str(len(content)).encode(), b"\n", content, b"\n"]
