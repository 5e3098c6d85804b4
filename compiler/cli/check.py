"""`kedge check`: does the compiled output still match the specs?"""

from collections.abc import Iterable

import click
from msgspec import Struct

from compiler import pipeline
from compiler.change.records import Records
from compiler.change.reference import Reference
from compiler.cli import consent, options, screen
from compiler.cli.exits import REFUSED, STALE
from compiler.cli.identities import in_common
from compiler.cli.reference import compared_with, tracked
from compiler.cli.run import Run, over_clusters
from compiler.cli.scope import Scope, scope
from compiler.cli.selection import refuse_none
from compiler.cli.strays import strays
from compiler.findings.finding import Finding
from compiler.publish import tree
from compiler.render.build_record import NAME, edited
from compiler.report import json_output
from compiler.report.text import plural
from compiler.source.fault import folder_name
from compiler.workspace.files import output_folder

EPILOG = """\b
Examples:
  kedge check --against origin/main            as CI runs it on a pull request, in a full clone
  kedge check payments-eu                      one cluster, by name or by path
  kedge check --against main                   clusters that differ from main, and consent for what is missing

\b
With --against, clusters whose spec, bases and output are the same there, by this version of kedge, are not judged: what is wrong
with one is wrong there too.
A cluster whose spec has errors cannot be compared: it is reported as skipped, never as fresh, and the exit code is 1, or 4 with
--fail-on never. An output whose spec was deleted is stale.
"""
SHOWN = 5
"""Stale files of a cluster that are named on the screen."""


class Freshness(Struct, frozen=True, kw_only=True):
    """One cluster's output beside what its spec compiles to: the files that differ, or None where the spec has errors.

    `refused`: what it destroys without consent; `edited`: whether a person changed its record.
    """

    name: str
    findings: tuple[Finding, ...] = ()
    stale: list[str] | None = None
    refused: tuple[str, ...] = ()
    renamed_from: tuple[str, ...] = ()
    edited: bool = False


@click.command("check", epilog=EPILOG)
@over_clusters()
@options.against
def command(run: Run, against: str | None) -> None:
    """Check that the compiled output is fresh, and that nothing goes that carries data without consent. Writes nothing."""
    orphans = run.selection.orphans()
    if not orphans:
        refuse_none(run.selection)
    records = Records(run.context.files)
    gate, judged = _gate(run, against, records)
    common = in_common(run.context, judged.names, records, run.workers)
    outputs = list(run.workers.each(lambda n: _freshness(run, gate, n, common.get(n, ())), judged.names))
    refused = {output.name: output.refused for output in outputs if output.refused}
    gone = gate.given_up({n for o in outputs for n in o.renamed_from}) if gate and run.selection.every else {}
    unread = [Freshness(name=name, findings=(f,)) for name, f in strays(run.selection) if name not in orphans]
    findings = screen.distinct(f for output in (*outputs, *unread) for f in output.findings)
    if run.json:
        deleted = [
            Freshness(name=name, stale=["generated/BUILD.json"] if name in orphans else [], refused=gone.get(name, ()))
            for name in sorted({*orphans, *gone})
        ]
        clusters = [_data(output) for output in (*outputs, *deleted, *unread)]
        click.echo(json_output.document("check", {"clusters": clusters, "unchanged": judged.unchanged}))
    else:
        run.show(findings)
        run.say(_print(outputs, orphans) + judged.words)
    if refused or gone:
        click.echo(f"error: {consent.refusal(refused | gone, gone, run.context.today)}", err=True)
    not_fresh = orphans or any(output.stale != [] for output in outputs)
    destructive = REFUSED if refused or gone else 0
    raise click.exceptions.Exit(run.exit_code(findings) or destructive or (STALE if not_fresh else 0))


def _gate(run: Run, against: str | None, records: Records) -> tuple[consent.Gate | None, Scope]:
    """Return what the consents are held against, None without Git, where nothing says what was synced; and what is judged."""
    if against is None and not tracked(run.selection.root):
        click.echo("note: consent is not checked, since this is not the root of a Git repository", err=True)
        return None, Scope(run.selection.names)
    before, name = compared_with(run.selection.root, against)
    run.say(f"compared with {name}")
    judged = scope(run.selection, before, records) if against else Scope(run.selection.names)
    return consent.Gate(Reference(before, run.context.files, judged.folders), run.context.today), judged


def _freshness(run: Run, gate: consent.Gate | None, name: str, common: tuple[Finding, ...]) -> Freshness:
    checked = pipeline.check(run.context, name)
    if not checked.sound:
        return Freshness(name=name, findings=checked.findings)
    target, produced = run.selection.output_folder(name), pipeline.build(checked)
    changes = tree.stale(target, produced)
    files = sorted({*changes.added, *changes.changed, *changes.removed})
    return Freshness(
        name=name,
        findings=checked.findings + common,
        stale=files or (["an interrupted publication"] if tree.pending(target) else []),
        refused=gate.unnamed(checked, produced) if gate else (),
        renamed_from=consent.renamed_from(checked),
        edited=NAME in produced and NAME in files and _edited(run, name, produced[NAME]),
    )


def _edited(run: Run, name: str, record: bytes) -> bool:
    """Return whether the record on disk is one that a person changed."""
    path = f"{output_folder(name)}/{NAME}"
    return run.context.files.exists(path) and edited(run.context.files.read(path), record)


def _data(output: Freshness) -> dict[str, object]:
    return {
        "name": output.name,
        "skipped": output.stale is None,
        "stale": output.stale or [],
        "recordEdited": output.edited,
        "consentMissing": list(output.refused),
        "findings": json_output.findings(output.findings),
    }


def _print(outputs: Iterable[Freshness], orphans: tuple[str, ...]) -> str:
    """Print the clusters that are not fresh with the command that makes them so; return the line that counts."""
    counts = {"fresh": 0, "stale": len(orphans), "skipped": 0}
    for name in orphans:
        click.echo(
            f"{folder_name(name)}: stale: its spec was deleted, and its output is still synced\n"
            f"  = fix: keep {folder_name(f'clusters/{name}/cluster.yaml')} as the record (`removed`), or state"
            " `metadata.renamedFrom` under its new name; then kedge compile"
        )
    for output in outputs:
        if output.stale is None:
            counts["skipped"] += 1
            click.echo(f"{folder_name(output.name)}: skipped: its spec has errors, so its output cannot be compared")
        elif output.stale:
            counts["stale"] += 1
            more = f" and {len(output.stale) - SHOWN} more" if len(output.stale) > SHOWN else ""
            shown = ", ".join(output.stale[:SHOWN])
            if output.edited:
                click.echo(f"{output.name}: {NAME} was edited by hand: consent and what kedge owns are read from it")
            click.echo(f"{output.name}: stale: {shown}{more}\n  = fix: kedge compile clusters/{output.name}")
        else:
            counts["fresh"] += 1
    total = sum(counts.values())
    states = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
    answer = "the output is fresh" if counts["fresh"] == total else states
    return f"{plural(total, 'cluster')}: {answer}"
