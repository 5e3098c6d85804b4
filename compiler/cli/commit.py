"""`kedge commit`: compile what a branch says, and commit the output to that branch by compare-and-swap."""

import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click

from compiler import pipeline
from compiler.change.records import Records
from compiler.change.reference import Reference
from compiler.cli import consent, options, screen
from compiler.cli.change import Change
from compiler.cli.exits import FINDINGS
from compiler.cli.fleet import Workers
from compiler.cli.identities import in_common
from compiler.cli.progress import visible
from compiler.cli.run import changes_data
from compiler.cli.scope import Scope, since
from compiler.cli.selection import run_context
from compiler.findings.finding import Finding, Severity
from compiler.model.removal import RemovedCluster
from compiler.publish.checkout import Outputs
from compiler.publish.commit import CommitRequest, Committed, NothingToDo, commit
from compiler.publish.origin import last_own, last_signed
from compiler.publish.ownership import Changes
from compiler.report import impact as impact_report
from compiler.report import json_output
from compiler.report.text import plural
from compiler.version import VERSION
from compiler.workspace.committed import GitFiles
from compiler.workspace.failure import EnvironmentFailure
from compiler.workspace.files import Files, output_folder
from compiler.workspace.repository import Repository

EPILOG = """\b
Examples:
  kedge commit --branch main                   as a robot runs it after a merge, in a bare clone
  kedge commit --branch main --push origin     and push; on a lost race fetch, compile again, retry
  kedge commit --branch main --update-work-tree  also where main is checked out

\b
Specs are read from the branch, not from the work tree; where the two differ kedge refuses. Generated files are never merged, and
nothing is ever pushed by force. The commit's subject is the last line of `kedge plan`. Clusters that nobody changed since the last
commit of kedge, and whose record was made from what is there by this version, are not judged again.
"""

RECORDED = "a consent that was used is recorded"
"""Subject of a commit that changes no file."""
VERIFYING = "^ +(verify|signatureKeys):"
"""What the objects of an engine state, Flux's or Argo CD's, where it syncs signed commits only."""
UNSIGNED = (
    "sign that commit, or have this machine know its key (gpg --import, gpg.ssh.allowedSignersFile);"
    " --accept-unsigned vouches for it"
)


class Unsound(click.ClickException):
    """The branch's specs have errors, which were printed."""

    exit_code = FINDINGS


@click.command("commit", epilog=EPILOG)
@options.folder
@click.option("--branch", default="main", show_default=True, help="Branch that is read and moved.")
@click.option("--push", metavar="REMOTE", help="Push to this remote; the push then decides a race.")
@click.option(
    "--update-work-tree", is_flag=True, help="Commit to a branch that is checked out too, and update its files."
)
@click.option(
    "--attempts",
    type=click.IntRange(1, 100),
    default=10,
    show_default=True,
    help="Attempts before a lost race ends with exit code 5.",
)
@click.option(
    "--accept-unsigned",
    is_flag=True,
    help="Sign a commit on top of one that has no good signature, and so vouch for it.",
)
@options.fail_on
@options.output("human", "json")
@options.color
@options.quiet
@options.allow_destroy
def command(
    folder: Path,
    branch: str,
    push: str | None,
    update_work_tree: bool,
    attempts: int,
    accept_unsigned: bool,
    fail_on: str,
    form: str,
    color: str,
    quiet: bool,
    allow_destroy: tuple[str, ...],
) -> None:
    """Compile the specs of a branch and commit the output to it."""
    repository = Repository.discover(folder.resolve())
    _refuse_shallow(repository)
    compiler = _Compiler(
        repository=repository,
        fail_on=fail_on,
        color=color,
        allowed=allow_destroy,
        workers=Workers(watched=not quiet and visible(sys.stderr)),
    )
    request = CommitRequest(
        branch=branch,
        compile=compiler.compile,
        summarize=compiler.summarize,
        version=VERSION,
        push=push,
        update_work_tree=update_work_tree,
        attempts=attempts,
        acknowledges=lambda: compiler.acknowledged,
        accepts=lambda base: None if accept_unsigned else compiler.refuse_unsigned(base),
    )
    try:
        outcome = commit(repository, request)
    except Unsound as unsound:
        if form == "json":
            _print_json(None, {}, compiler.findings, compiler.scope.unchanged)
            click.echo(f"error: {unsound.message}", err=True)
            raise click.exceptions.Exit(unsound.exit_code) from None
        raise
    if form == "json":
        new = outcome.new if isinstance(outcome, Committed) else None
        _print_json(new, outcome.changes, compiler.findings, compiler.scope.unchanged)
    else:
        click.echo(f"{branch}: {_outcome(outcome)}{compiler.scope.words}")


@dataclass(slots=True, kw_only=True)
class _Compiler:
    """Compiles every cluster of a commit, again after a lost race, and words the commit's subject."""

    repository: Repository
    fail_on: str
    color: str
    allowed: tuple[str, ...]
    workers: Workers
    context: pipeline.RunContext = field(init=False)
    scope: Scope = field(init=False)
    last: tuple[str, ...] = ()
    """The last commit that kedge made; several where lines with one each were merged."""
    acknowledged: bool = False
    findings: list[Finding] = field(default_factory=list)
    checked: dict[str, pipeline.Checked] = field(default_factory=dict)

    def compile(self, files: GitFiles) -> Outputs:
        """Return the output of every cluster: all are sound and each removal has consent, or nothing is committed."""
        if not files.clusters():
            raise click.UsageError("there is no cluster on this branch")
        records, self.last = Records(files), last_own(self.repository, files.commit)
        self.context = run_context(files)
        one_line = len(self.last) == 1
        self.scope = (
            since(self.repository, self.last[0], files, records) if one_line else Scope(tuple(files.clusters()))
        )
        common = in_common(self.context, self.scope.names, records)
        checked = self.workers.each(lambda name: pipeline.check(self.context, name), self.scope.names)
        self.checked = {output_folder(one.name): one for one in checked}
        self.findings = screen.distinct(
            f for c in self.checked.values() for f in (*c.findings, *common.get(c.name, ()))
        )
        screen.show(files, self.findings, self.color, err=True)
        unsound = not all(checked.sound for checked in self.checked.values())
        if unsound or screen.exit_code(self.findings, self.fail_on):
            errors = sum(f.severity == Severity.ERROR for f in self.findings)
            raise Unsound(f"nothing was committed: {plural(errors, 'error')} in the specs of the branch")
        outputs = {folder: pipeline.build(checked) for folder, checked in self.checked.items()}
        return {**outputs, **self._consented(files, outputs)}

    def _consented(self, files: GitFiles, outputs: Outputs) -> Outputs:
        """Return the empty outputs of what was renamed. Raises Refused where any consent is missing."""
        first_names = {name for checked in self.checked.values() for name in consent.renamed_from(checked)}
        tip, earlier, today = Reference(files, files, self.scope.folders), self._earlier(files), self.context.today
        missing: dict[str, tuple[str, ...]] = {}
        gone: set[str] = set()
        for reference in (tip, *earlier):
            gate = consent.Gate(reference, today, self.allowed)
            given_up = gate.given_up(first_names)
            gone |= given_up.keys()
            unnamed = {self.checked[f].name: gate.unnamed(self.checked[f], output) for f, output in outputs.items()}
            for name, names in (unnamed | given_up).items():
                missing[name] = tuple(dict.fromkeys((*missing.get(name, ()), *names)))
        missing = {name: names for name, names in missing.items() if names}
        if missing:
            raise consent.Refused(consent.refusal(missing, gone, today))
        self.acknowledged = any(self._destroys(reference, outputs, first_names) for reference in earlier)
        return {output_folder(name): {} for first in first_names for name in tip.predecessors(first)}

    def _earlier(self, files: GitFiles) -> tuple[Reference, ...]:
        """Return what changed since the last commits that kedge made, else since the parents: a merge may take output out itself."""
        commits = self.last or self.repository.parents(files.commit)
        before = (self.repository.files(commit) for commit in commits if commit != files.commit)
        return tuple(Reference(one, files, self.scope.folders) for one in before)

    def refuse_unsigned(self, base: str) -> None:
        """Raise where this commit's signature would make an engine sync a commit below it that nobody signed."""
        if self.repository.signs and not self.repository.signed(base) and self._is_verified(base):
            happened = (
                f"{base[:12]} has no good signature of a key that this machine knows, and ours would vouch for it"
            )
            raise EnvironmentFailure("sign a commit on top of it", happened, UNSIGNED)

    def _is_verified(self, base: str) -> bool:
        """Return whether an engine verifies what it syncs: one of this change, or of the output at an earlier commit.

        An unsigned commit can take verification out of its own output, while the engine in the cluster still verifies and is as
        the last signed commit has it, kedge's or a person's.
        """
        specs = (checked.spec for checked in self.checked.values())
        stated = (spec.spec.gitops for spec in specs if spec and not isinstance(spec, RemovedCluster))
        if any(engine.signers for gitops in stated if gitops for engine in (gitops.flux, gitops.argo) if engine):
            return True
        commits = dict.fromkeys((base, *self.last, *last_signed(self.repository, base, self.last)))
        return any(map(self._delivers_verification, commits))

    def _delivers_verification(self, commit: str) -> bool:
        folders = [f"{output_folder(name)}/delivery" for name in self.repository.files(commit).outputs()]
        return self.repository.contains(commit, VERIFYING, folders)

    def _destroys(self, reference: Reference, outputs: Outputs, first_names: Collection[str]) -> bool:
        """Return whether anything went, with consent: a commit records that, as the consent itself expires."""
        checked = ((self.checked[folder], output) for folder, output in outputs.items())
        lost = (
            reference.destroyed(c.spec.metadata, output, c.plan)
            for c, output in checked
            if c.spec and not isinstance(c.spec, RemovedCluster)
        )
        return any(lost) or any(names for _, names in reference.given_up(first_names))

    def summarize(self, before: Files, changes: Mapping[str, Changes]) -> str:
        """Return the plan's last line for the clusters whose output changes; where no object does, the number of files."""
        if not any(changes.values()):
            return RECORDED
        change = Change(run_context(before), self.context)
        written = [self.checked[folder] for folder, changed in changes.items() if changed and folder in self.checked]
        impacts = [change.impact(new) for new in written]
        if all(i.empty for i in impacts):
            return f"0 recovery changes · {plural(_files(changes), 'file')}"
        return impact_report.summary(impacts)


def _refuse_shallow(repository: Repository) -> None:
    if repository.shallow():
        happened = "this clone is shallow, so what was removed since the last commit of kedge is not known"
        raise EnvironmentFailure(
            "commit", happened, "fetch the whole history: git fetch --unshallow, or fetch-depth: 0"
        )


def _files(changes: Mapping[str, Changes]) -> int:
    return sum(len(c.added) + len(c.changed) + len(c.removed) for c in changes.values())


def _outcome(outcome: Committed | NothingToDo) -> str:
    if isinstance(outcome, NothingToDo):
        return f"nothing to commit, the output at {outcome.at[:12]} is fresh"
    clusters = ", ".join(folder.split("/")[1] for folder, changed in outcome.changes.items() if changed)
    moved = f"{outcome.old[:12]} → {outcome.new[:12]}"
    return f"{moved}, {plural(_files(outcome.changes), 'file')}: {clusters}" if clusters else f"{moved}, {RECORDED}"


def _print_json(new: str | None, changes: Mapping[str, Changes], findings: list[Finding], unchanged: int) -> None:
    content = {
        "commit": new,
        "changes": {folder: changes_data(changed) for folder, changed in changes.items()},
        "unchanged": unchanged,
        "findings": json_output.findings(findings),
    }
    click.echo(json_output.document("commit", content))
