"""`kedge compile`: validate, build, and write each cluster's output in one step."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property

import click
from msgspec import Struct

from compiler import pipeline
from compiler.change.records import Records
from compiler.change.reference import Reference
from compiler.cli import consent, options, screen
from compiler.cli.exits import REFUSED
from compiler.cli.identities import in_common
from compiler.cli.reference import head
from compiler.cli.run import Run, changes_data, over_clusters
from compiler.cli.selection import refuse_none
from compiler.cli.strays import strays
from compiler.findings.finding import Finding
from compiler.publish import tree
from compiler.publish.ownership import Changes
from compiler.render.build_record import NAME
from compiler.report import json_output, text
from compiler.source.fault import folder_name
from compiler.workspace.files import output_folder

EPILOG = """\b
Examples:
  kedge compile                                every cluster of this repository
  kedge compile payments-eu                    one cluster, by name or by path
  kedge compile --dry-run                      print what would be written, write nothing
  kedge compile -j 4                           four clusters in parallel

\b
A cluster with errors is not written; the others are. Files in `generated/` that kedge did not write are left alone.
What carries data is removed with consent only, compared with HEAD: an entry in `spec.consents`, `metadata.renamedFrom` of a
renamed cluster, or a file that says `removed`.
"""

UNCHANGED = "as they were"


class Written(Struct, frozen=True):
    """One cluster after its compilation: its findings, and what changed on disk or None where nothing was written."""

    name: str
    findings: tuple[Finding, ...]
    changes: Changes | None = None
    refused: tuple[str, ...] = ()
    renamed_from: tuple[str, ...] = ()


@click.command("compile", epilog=EPILOG)
@over_clusters()
@options.allow_destroy
@click.option("--dry-run", is_flag=True, help="Print what would be written, and write nothing.")
def command(run: Run, allow_destroy: tuple[str, ...], dry_run: bool) -> None:
    """Compile specs to manifests, alerts and runbooks under clusters/<name>/generated/."""
    refuse_none(run.selection)
    collected: list[Finding] = []
    refused: dict[str, tuple[str, ...]] = {}
    lines: list[_Line] = []
    data: list[object] = []
    compiler = _Compiler(run, allow_destroy, dry_run)
    for written in compiler.all():
        collected += written.findings
        if written.refused:
            refused[written.name] = written.refused
        if run.json:
            data.append(_data(written))
        else:
            lines.append(_line(written, dry_run))
    for name, finding in strays(run.selection):
        collected.append(finding)
        if run.json:
            data.append(_data(Written(name, (finding,), None)))
    if not dry_run:
        tree.flush(run.selection.root)
    findings = screen.distinct(collected)
    if run.json:
        click.echo(json_output.document("compile", {"clusters": data}))
    else:
        run.show(findings)
        for line in _shown(lines):
            click.echo(line)
        run.say(text.tally(findings, len(lines)) + _counts(lines))
    if refused:
        gone = refused.keys() - set(run.selection.names)
        click.echo(f"error: {consent.refusal(refused, gone, run.context.today)}", err=True)
        raise click.exceptions.Exit(REFUSED)
    raise click.exceptions.Exit(run.exit_code(findings))


class _Compiler(Struct, frozen=True, dict=True):
    """Compiles clusters; an object rather than a closure so that other processes can be handed it."""

    run: Run
    allowed: tuple[str, ...]
    dry_run: bool

    @cached_property
    def gate(self) -> consent.Gate:
        """Compares with HEAD; without Git with the output on disk."""
        current = self.run.context.files
        reference = Reference(head(self.run.selection.root) or current, current)
        return consent.Gate(reference, self.run.context.today, self.allowed)

    @cached_property
    def common(self) -> Mapping[str, tuple[Finding, ...]]:
        """What clusters have in common that each must have alone, by cluster."""
        files = self.run.context.files
        return in_common(self.run.context, self.run.selection.names, Records(files), self.run.workers)

    def all(self) -> Iterator[Written]:
        """Yield every cluster, then those whose file is gone; those are looked for where an output changes or is left behind."""
        first_names: set[str] = set()
        _ = self.common  # once, before there are other processes
        looked = bool(self.run.selection.orphans())
        for written in self.run.workers.each(self.compile, self.run.selection.names):
            first_names.update(written.renamed_from)
            looked = looked or bool(written.changes or written.refused)
            yield written
        if looked and self.run.selection.every:
            for name, refused in self.gate.given_up(first_names).items():
                yield Written(name, (), refused=refused)

    def compile(self, name: str) -> Written:
        """Compile one cluster, and remove what is left of it under an earlier name."""
        checked = pipeline.check(self.run.context, name)
        findings = checked.findings + self.common.get(name, ())
        if not checked.sound or self.run.exit_code(findings):
            return Written(name, findings)
        files, first_names = pipeline.build(checked), consent.renamed_from(checked)
        if not self._recorded(name, files) and (refused := self.gate.unnamed(checked, files)):
            return Written(name, findings, refused=refused, renamed_from=first_names)
        changes = self._write(name, files)
        for earlier in (e for first in first_names for e in self.gate.reference.predecessors(first)):
            self._write(earlier, {})
        return Written(name, findings, changes, renamed_from=first_names)

    def _recorded(self, name: str, files: dict[str, bytes]) -> bool:
        """Return whether the output on disk has the same record already: then nothing goes that has not gone before."""
        record = f"{output_folder(name)}/{NAME}"
        current = self.run.context.files
        return NAME in files and current.exists(record) and current.read(record) == files[NAME]

    def _write(self, name: str, files: dict[str, bytes]) -> Changes:
        write = tree.stale if self.dry_run else tree.publish
        return write(self.run.selection.output_folder(name), files)


class _Line(Struct, frozen=True):
    """What is printed of a cluster: of a thousand of them no more than that is held. `outcome` is what the summary counts."""

    text: str
    outcome: str
    needs_attention: bool = False


def _shown(lines: list[_Line]) -> list[str]:
    """Return the lines to print: of many clusters those that need attention, and those that change where these are few."""
    few = sum(line.outcome != UNCHANGED for line in lines) <= text.LISTED
    every = len(lines) <= text.LISTED
    return [one.text for one in lines if every or one.needs_attention or (few and one.outcome != UNCHANGED)]


def _counts(lines: list[_Line]) -> str:
    """Return what became of the clusters, where they do not all have a line."""
    if len(lines) <= text.LISTED:
        return ""
    counts = Counter(line.outcome for line in lines)
    return "; " + ", ".join(f"{counts[outcome]} {outcome}" for outcome in sorted(counts))


def _line(written: Written, dry_run: bool) -> _Line:
    if written.changes is None:
        reason = "consent is missing" if written.refused else "its spec has errors"
        return _Line(f"{folder_name(written.name)}: not written, {reason}", "not written", needs_attention=True)
    changes = changes_data(written.changes)
    counts = [f"{len(changes[word])} {word}" for word in ("added", "changed", "removed") if changes[word]]
    kept = f"; kept, since edited by hand: {', '.join(changes['kept'])}" if changes["kept"] else ""
    verb = "would be " if dry_run and counts else ""
    outcome = f"{verb}written" if counts else UNCHANGED
    return _Line(f"{written.name}: {verb}{', '.join(counts) or 'nothing changed'}{kept}", outcome, bool(kept))


def _data(written: Written) -> dict[str, object]:
    return {
        "name": written.name,
        "written": written.changes is not None,
        "refused": list(written.refused),
        **changes_data(written.changes or Changes()),
        "findings": json_output.findings(written.findings),
    }
