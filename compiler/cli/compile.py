"""`kedge compile`: validate, build, and write each cluster's output in one step."""

from dataclasses import dataclass

import click

from compiler import pipeline
from compiler.cli import consent, options, screen
from compiler.cli.fleet import each
from compiler.cli.run import Run, changes_data, over_clusters
from compiler.cli.selection import CLUSTERS, OUTPUT, refuse_none
from compiler.cli.strays import strays
from compiler.findings.finding import Finding
from compiler.publish import tree
from compiler.publish.ownership import Changes
from compiler.report import json_output, text
from compiler.source.fault import folder_name

EPILOG = """\b
Examples:
  kedge compile                                every cluster of this repository
  kedge compile payments-eu                    one cluster, by name or by path
  kedge compile --dry-run                      print what would be written, write nothing
  kedge compile -j 4                           four clusters in parallel

\b
A cluster with errors is not written; the others are. Files in `generated/` that kedge did not write are left alone.
"""


@dataclass(frozen=True, slots=True)
class Written:
    """One cluster after its compilation: its findings, and what changed on disk or None where nothing was written."""

    name: str
    findings: tuple[Finding, ...]
    changes: Changes | None
    refused: tuple[str, ...] = ()


@click.command("compile", epilog=EPILOG)
@over_clusters()
@options.allow_destroy
@click.option("--dry-run", is_flag=True, help="Print what would be written, and write nothing.")
def command(run: Run, allow_destroy: tuple[str, ...], dry_run: bool) -> None:
    """Compile specs to manifests, alerts and runbooks under clusters/<name>/generated/."""
    refuse_none(run.selection)
    collected: list[Finding] = []
    refused: dict[str, tuple[str, ...]] = {}
    results: list[object] = []  # a line of text or data: of a thousand clusters, no more than that is held
    for written in each(_Compiler(run, allow_destroy, dry_run).compile, run.selection.names, run.jobs):
        collected += written.findings
        if written.refused:
            refused[f"{CLUSTERS}/{written.name}"] = written.refused
        results.append(_data(written) if run.json else _line(written, dry_run))
    for name, finding in strays(run.selection):
        collected.append(finding)
        if run.json:
            results.append(_data(Written(name, (finding,), None)))
    if not dry_run:
        tree.flush(run.selection.root)
    findings = screen.distinct(collected)
    if run.json:
        click.echo(json_output.document("compile", {"clusters": results}))
    else:
        run.show(findings)
        for line in results:
            click.echo(line)
        click.echo(text.tally(findings, len(results)), err=True)
    try:
        consent.refuse(refused)
    except consent.Refused as refusal:
        if not run.json:
            raise
        click.echo(f"error: {refusal.message}", err=True)  # standard output has its one document
        raise click.exceptions.Exit(refusal.exit_code) from None
    raise click.exceptions.Exit(run.exit_code(findings))


@dataclass(frozen=True, slots=True)
class _Compiler:
    """Compiles one cluster; an object rather than a closure so that other processes can be handed it."""

    run: Run
    allowed: tuple[str, ...]
    dry_run: bool

    def compile(self, name: str) -> Written:
        checked = pipeline.check(self.run.context, name)
        if checked.plan is None or self.run.exit_code(checked.findings):
            return Written(name, checked.findings, None)
        files = pipeline.build(checked)
        folder = f"{CLUSTERS}/{name}/{OUTPUT}"
        if refused := consent.unnamed(self.run.context.files, folder, files, self.allowed):
            return Written(name, checked.findings, None, refused)
        write = tree.stale if self.dry_run else tree.publish
        return Written(name, checked.findings, write(self.run.selection.output_folder(name), files))


def _line(written: Written, dry_run: bool) -> str:
    if written.changes is None:
        return f"{folder_name(written.name)}: not written, {'consent is missing' if written.refused else 'its spec has errors'}"
    changes = changes_data(written.changes)
    counts = [f"{len(changes[word])} {word}" for word in ("added", "changed", "removed") if changes[word]]
    kept = f"; kept, since edited by hand: {', '.join(changes['kept'])}" if changes["kept"] else ""
    verb = "would be " if dry_run and counts else ""
    return f"{written.name}: {verb}{', '.join(counts) or 'nothing changed'}{kept}"


def _data(written: Written) -> dict[str, object]:
    return {
        "name": written.name,
        "written": written.changes is not None,
        "refused": list(written.refused),
        **changes_data(written.changes or Changes()),
        "findings": json_output.findings(written.findings),
    }
