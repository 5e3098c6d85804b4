"""`kedge check`: does the compiled output still match the specs?"""

from collections.abc import Iterable
from dataclasses import dataclass

import click

from compiler import pipeline
from compiler.cli import screen
from compiler.cli.exits import STALE
from compiler.cli.fleet import each
from compiler.cli.run import Run, over_clusters
from compiler.cli.selection import refuse_none
from compiler.findings.finding import Finding
from compiler.publish import tree
from compiler.report import json_output
from compiler.report.text import command as command_line
from compiler.report.text import plural
from compiler.source.fault import folder_name

EPILOG = """\b
Examples:
  kedge check                                  as CI runs it on a pull request
  kedge check payments-eu                      one cluster, by name or by path

\b
A cluster whose spec has errors cannot be compared: it is reported as skipped, never as fresh, and the exit code is 1, or 4 with
--fail-on never. An output whose spec was deleted is stale.
"""
SHOWN = 5
"""Stale files of a cluster that are named on the screen."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """One cluster's output beside what its spec compiles to: the files that differ, or None where the spec has errors."""

    name: str
    findings: tuple[Finding, ...]
    stale: list[str] | None


@click.command("check", epilog=EPILOG)
@over_clusters()
def command(run: Run) -> None:
    """Check that the compiled output is fresh: that it is what the specs compile to. Writes nothing."""
    orphans = run.selection.orphans()
    if not orphans:
        refuse_none(run.selection)
    outputs = list(each(lambda name: _freshness(run, name), run.selection.names, run.jobs))
    findings = screen.distinct(f for output in outputs for f in output.findings)
    if run.json:
        deleted = [Freshness(name, (), ["generated/BUILD.json"]) for name in orphans]
        clusters = [_data(output) for output in (*outputs, *deleted)]
        click.echo(json_output.document("check", {"clusters": clusters}))
    else:
        run.show(findings)
        _print(outputs, orphans)
    not_fresh = orphans or any(output.stale != [] for output in outputs)
    raise click.exceptions.Exit(run.exit_code(findings) or (STALE if not_fresh else 0))


def _freshness(run: Run, name: str) -> Freshness:
    checked = pipeline.check(run.context, name)
    if checked.plan is None:
        return Freshness(name, checked.findings, None)
    target = run.selection.output_folder(name)
    changes = tree.stale(target, pipeline.build(checked))
    files = sorted({*changes.added, *changes.changed, *changes.removed})
    return Freshness(name, checked.findings, files or (["an interrupted publication"] if tree.pending(target) else []))


def _data(output: Freshness) -> dict[str, object]:
    return {
        "name": output.name,
        "skipped": output.stale is None,
        "stale": output.stale or [],
        "findings": json_output.findings(output.findings),
    }


def _print(outputs: Iterable[Freshness], orphans: tuple[str, ...]) -> None:
    """Print the clusters that are not fresh with the command that makes them so, and one line that counts."""
    counts = {"fresh": 0, "stale": len(orphans), "skipped": 0}
    for name in orphans:
        click.echo(
            f"{folder_name(name)}: stale: its spec was deleted, and its output is still synced\n"
            f"  = fix: restore the spec, or {command_line('git', 'rm', '-r', f'clusters/{name}/generated')}"
        )
    for output in outputs:
        if output.stale is None:
            counts["skipped"] += 1
            click.echo(f"{folder_name(output.name)}: skipped: its spec has errors, so its output cannot be compared")
        elif output.stale:
            counts["stale"] += 1
            more = f" and {len(output.stale) - SHOWN} more" if len(output.stale) > SHOWN else ""
            shown = ", ".join(output.stale[:SHOWN])
            click.echo(f"{output.name}: stale: {shown}{more}\n  = fix: kedge compile clusters/{output.name}")
        else:
            counts["fresh"] += 1
    total = sum(counts.values())
    states = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
    answer = "the output is fresh" if counts["fresh"] == total else states
    click.echo(f"{plural(total, 'cluster')}: {answer}", err=True)
