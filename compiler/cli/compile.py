"""`kedge compile`: validate, build, and write each cluster's output in one step."""

from dataclasses import dataclass
from pathlib import Path

import click

from compiler import pipeline
from compiler.cli import consent, options, screen
from compiler.cli.fleet import each
from compiler.cli.selection import Selection, run_context, select
from compiler.findings.finding import Finding
from compiler.publish import tree
from compiler.publish.ownership import Changes
from compiler.report import json_output, text

OUTPUT = "generated"
EPILOG = """\b
Examples:
  kedge compile                                every cluster of this repository
  kedge compile clusters/payments-eu           one cluster
  kedge compile --dry-run                      say what would be written, write nothing
  kedge compile -j 4                           four clusters at once

\b
A cluster with errors is not written; the others are. What stands in `generated/` and was not written by kedge stays.
"""


@dataclass(frozen=True, slots=True)
class Written:
    """One cluster after its compilation: its findings, and what changed on disk or None where nothing was written."""

    name: str
    findings: tuple[Finding, ...]
    changes: Changes | None
    refused: tuple[str, ...] = ()


@click.command("compile", epilog=EPILOG)
@options.paths
@options.fail_on
@options.output("human", "json")
@options.jobs
@options.color
@options.allow_destroy
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
def command(
    paths: tuple[str, ...],
    fail_on: str,
    form: str,
    jobs: int,
    color: str,
    allow_destroy: tuple[str, ...],
    dry_run: bool,
) -> None:
    """Compile specs to manifests, alerts and pages under clusters/<name>/generated/."""
    selection = select(paths)
    found: list[Finding] = []
    refused: dict[str, tuple[str, ...]] = {}
    told: list[object] = []  # a line of text or data: of a thousand clusters, no more than that is held
    compiler = _Compiler(selection, run_context(selection.files), fail_on, allow_destroy, dry_run)
    for one in each(compiler.run, selection.names, jobs):
        found += one.findings
        if one.refused:
            refused[f"clusters/{one.name}"] = one.refused
        told.append(_data(one) if form == "json" else _line(one, dry_run))
    if not dry_run:
        tree.flush(selection.root)
    findings = screen.distinct(found)
    if form == "json":
        click.echo(json_output.document("compile", {"clusters": told}))
    else:
        screen.show(selection.files, findings, color, err=True)
        for line in told:
            click.echo(line)
        click.echo(text.tally(findings, len(told)), err=True)
    consent.refuse(refused)
    raise click.exceptions.Exit(screen.exit_code(findings, fail_on))


@dataclass(frozen=True, slots=True)
class _Compiler:
    """Compiles one cluster; an object rather than a closure so that other processes can be handed it."""

    selection: Selection
    context: pipeline.RunContext
    fail_on: str
    allowed: tuple[str, ...]
    dry_run: bool

    def run(self, name: str) -> Written:
        checked = pipeline.check(self.context, name)
        if checked.plan is None or screen.exit_code(checked.findings, self.fail_on):
            return Written(name, checked.findings, None)
        files = pipeline.build(checked)
        if refused := consent.unnamed(self.selection.files, f"clusters/{name}/{OUTPUT}", files, self.allowed):
            return Written(name, checked.findings, None, refused)
        write = tree.stale if self.dry_run else tree.publish
        return Written(name, checked.findings, write(output_folder(self.selection.root, name), files))


def output_folder(root: Path, name: str) -> Path:
    """Return where the output of a cluster lies."""
    return root / "clusters" / name / OUTPUT


def _line(one: Written, dry_run: bool) -> str:
    if one.changes is None:
        return f"{one.name}: not written, {'consent is missing' if one.refused else 'its spec has errors'}"
    counts = [
        f"{len(paths)} {word}"
        for word, paths in (
            ("added", one.changes.added),
            ("changed", one.changes.changed),
            ("removed", one.changes.removed),
        )
        if paths
    ]
    kept = f"; kept, since edited by hand: {', '.join(sorted(one.changes.kept))}" if one.changes.kept else ""
    verb = "would be " if dry_run and counts else ""
    return f"{one.name}: {verb}{', '.join(counts) or 'nothing changed'}{kept}"


def _data(one: Written) -> dict[str, object]:
    changes = one.changes
    return {
        "name": one.name,
        "written": changes is not None,
        "refused": list(one.refused),
        "added": sorted(changes.added) if changes else [],
        "changed": sorted(changes.changed) if changes else [],
        "removed": sorted(changes.removed) if changes else [],
        "kept": sorted(changes.kept) if changes else [],
        "findings": json_output.findings(one.findings),
    }
