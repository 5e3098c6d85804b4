"""Compile what a branch says and commit the output to that branch, by compare-and-swap.

Specs are read from the tip's tree, output is written as objects, and the branch moves only if it is still where it was
read. Who loses the race starts over from the new tip and compiles again: generated files are never merged. With a
remote, the push is the compare-and-swap, and the local branch follows it.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from compiler.publish.checkout import Checkout, Outputs, Wanted, specs_differ
from compiler.publish.committed_output import CommittedOutput
from compiler.publish.names import RECORD, check_folder
from compiler.publish.origin import statement
from compiler.publish.ownership import Changes, owned, plan_changes
from compiler.workspace.committed import GitFiles
from compiler.workspace.failure import EnvironmentFailure, LostRace, Obstructed, printable
from compiler.workspace.files import Files, NoFiles, output_folder
from compiler.workspace.repository import Repository, branch_name

_LONGEST_PAUSE_SECONDS = 5.0


class CommitRequest(Struct, frozen=True, kw_only=True):
    """What to commit where. `branch`: `main` or `refs/heads/main`; `push`: the name of a configured remote.

    `compile` is called with the files of the branch's tip, again after each lost race; it stops the commit by raising,
    before anything moves, as it does where consent is missing. `summarize` returns the subject of the commit's message
    for the clusters whose output changes, from the files at the commit that last wrote an output. `acknowledges` is asked after
    it whether to commit though no file changes: later runs then compare with that commit. `accepts` raises where nothing may be
    built on a commit. `version` is kedge's own.
    """

    branch: str
    compile: Callable[[GitFiles], Outputs]
    summarize: Callable[[Files, Mapping[str, Changes]], str]
    version: str
    push: str | None = None
    update_work_tree: bool = False
    attempts: int = 10
    acknowledges: Callable[[], bool] = lambda: False
    accepts: Callable[[str], None] = lambda _: None


class Committed(Struct, frozen=True):
    """The branch moved from `old` to `new`; `changes` by output folder."""

    old: str
    new: str
    changes: Mapping[str, Changes]


class NothingToDo(Struct, frozen=True):
    """The output at commit `at` is what its specs compile to; `changes` has what is kept."""

    at: str
    changes: Mapping[str, Changes]


def commit(repository: Repository, request: CommitRequest) -> Committed | NothingToDo:
    """Carry out a request.

    Raises EnvironmentFailure (LostRace when every attempt lost), and what `compile` raises.
    """
    branch = branch_name(request.branch)
    checkout = Checkout.of(repository, branch, request.update_work_tree)
    local = repository.tip(branch)
    if local and (differing := specs_differ(repository, local)):
        happened = f"{differing[0]} is not as in {branch} ({len(differing)} such)"
        raise Obstructed("commit", happened, "commit or undo the change first: kedge compiles what is committed")
    attempt = _Attempt(repository, request, branch, checkout)
    return _retried(attempt.run, request.attempts)


def _retried(run: Callable[[], Committed | NothingToDo], attempts: int) -> Committed | NothingToDo:
    """Run until it does not lose a race.

    Pauses are random and grow from the length of an attempt, the time in which another committer can win.
    """
    for number in range(1, attempts + 1):
        started = time.monotonic()
        try:
            return run()
        except LostRace as race:
            if number == attempts:
                raise LostRace(f"commit in {attempts} attempts", race.happened, race.advice) from race
            longest = min(_LONGEST_PAUSE_SECONDS, (time.monotonic() - started) * 2**number)
            time.sleep(random.uniform(0, longest))  # noqa: S311 - spreads committers, keeps no secret
    raise ValueError("at least one attempt is needed")


class _Attempt(Struct, frozen=True):
    """One reading, compilation and compare-and-swap."""

    repository: Repository
    request: CommitRequest
    branch: str
    checkout: Checkout | None

    def run(self) -> Committed | NothingToDo:
        """Try once. Raises LostRace when the branch moved meanwhile."""
        local = self.repository.tip(self.branch)
        base = self._base(local)
        files = self.repository.files(base)
        outputs = self.request.compile(files)
        changes = {folder: _planned_changes(files, folder, output) for folder, output in sorted(outputs.items())}
        if not (any(changes.values()) or self.request.acknowledges()):
            if self.checkout and local == base:
                self._heal(self.checkout, files)
            return NothingToDo(base, changes)
        self.request.accepts(base)
        changed = {folder: output for folder, output in outputs.items() if changes[folder]}
        edits = dict(_edits(changes, outputs))
        wanted = {**_wanted(changed), **edits}
        if self.checkout and local == base:
            self.checkout.check_free()
            self.checkout.check_clean(files, wanted)
        tree = self.repository.write_tree(base, edits.items())
        new = self.repository.commit_tree(tree, base, self._message(files, changes, tree))
        followed = self._move(local, base, new)
        if self.checkout and followed:
            self.checkout.update(new, changed, wanted)
        return Committed(base, new, changes)

    def _heal(self, checkout: Checkout, files: GitFiles) -> None:
        """Finish what a killed run left: the branch moved, and index and files still are as in the commit before."""
        known = {output_folder(name) for name in files.clusters()}
        for folder in sorted(checkout.lagging(files.commit) & known):
            written = self.repository.last_change(files.commit, [f"{folder}/{RECORD}"])
            parent = self.repository.tip(f"{written}^")  # none at the root, or where the history is shallow
            old = self.repository.files(parent) if parent else files
            gone = dict.fromkeys(f"{folder}/{path}" for path in old.below(folder).keys() - files.below(folder).keys())
            output = owned(CommittedOutput.of(files, folder))
            wanted: Wanted = {**gone, **_wanted({folder: output})}
            checkout.check_free()
            checkout.check_clean(old, wanted)
            checkout.update(files.commit, {folder: output}, wanted)

    def _message(self, files: GitFiles, changes: Mapping[str, Changes], tree: str) -> str:
        """Return the message: a subject of counts, and what kedge states of the commit; nothing that a spec could word."""
        records = [f"{folder}/{RECORD}" for folder, change in changes.items() if change]
        written = self.repository.last_change(files.commit, [path for path in records if files.exists(path)])
        subject = self.request.summarize(self.repository.files(written) if written else NoFiles(), changes)
        return f"kedge: {printable(subject)}\n\n{statement(self.repository, tree, self.request.version)}"

    def _base(self, local: str | None) -> str:
        """Return the commit to build on: the local tip, or the remote's where that is ahead.

        Commits that only the local branch has are pushed with ours, as `git push` would.
        """
        if self.request.push is None:
            return local or self.repository.resolve(self.branch)
        remote = self.repository.fetch(self.request.push, self.branch)
        if local is None or self.repository.is_ancestor(local, remote):
            return remote
        if self.repository.is_ancestor(remote, local):
            return local
        happened = f"{self.branch} here and at {self.request.push} have diverged"
        raise EnvironmentFailure("commit", happened, "rebase or merge first: kedge never pushes by force")

    def _move(self, local: str | None, base: str, new: str) -> bool:
        """Make `new` the tip, and return whether the local branch is there too.

        With a remote, its branch decides. A checked-out branch that was behind stays there, as its work tree does.
        """
        if self.request.push is None:
            self.repository.move(self.branch, new, base)
            return True
        self.repository.push(self.request.push, new, self.branch)
        if local is None or (self.checkout and local != base):
            return False
        try:
            self.repository.move(self.branch, new, local)
        except LostRace:  # somebody moved it here: the commit is made all the same
            return False
        return True


def _planned_changes(files: GitFiles, folder: str, output: Mapping[str, bytes]) -> Changes:
    """Return what committing one cluster's output changes."""
    check_folder(folder)
    return plan_changes(folder, CommittedOutput.of(files, folder), output)


def _wanted(outputs: Outputs) -> dict[str, bytes]:
    """Return every file of these outputs by its path from the repository's root."""
    return {f"{folder}/{path}": content for folder, output in outputs.items() for path, content in output.items()}


def _edits(changes: Mapping[str, Changes], outputs: Outputs) -> Iterator[tuple[str, bytes | None]]:
    """Yield what to write (content) and to remove (None), removals first: a file may give way to a folder."""
    for folder, change in changes.items():
        for path in change.removed:
            yield f"{folder}/{path}", None
        for path in change.added + change.changed:
            yield f"{folder}/{path}", outputs[folder][path]
