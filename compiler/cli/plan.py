"""`kedge plan`: what the change in the work tree does to recovery, then to objects."""

from collections.abc import Iterable

import click

from compiler import pipeline
from compiler.change.impact import Impact
from compiler.change.records import Records
from compiler.cli import options, screen
from compiler.cli.change import Change
from compiler.cli.consent import advice, renamed_from
from compiler.cli.exits import PENDING
from compiler.cli.reference import compared_with
from compiler.cli.run import Run, over_clusters
from compiler.cli.scope import scope
from compiler.cli.selection import refuse_none, run_context
from compiler.findings.finding import Finding
from compiler.report import impact as report
from compiler.report import json_output
from compiler.report.text import plural

EPILOG = """\b
Examples:
  kedge plan                                   what this branch and the work tree change, as a reviewer asks
  kedge plan --against HEAD                    what the work tree changes since the last commit
  kedge plan --exit-code                       exit with 3 if anything would change
  kedge plan payments-eu --full                every field of every object of one cluster

\b
Signs: + better or new, ! worse or lost, ~ different, - removed. Before the first commit everything is new.
"""


@click.command("plan", epilog=EPILOG)
@over_clusters(jobs=False)
@options.against
@click.option("--exit-code", is_flag=True, help="Exit with 3 if anything would change.")
@click.option("--full", is_flag=True, help="Show every field that changes.")
def command(run: Run, against: str | None, exit_code: bool, full: bool) -> None:
    """Show how the change in the work tree affects recovery, then the object diff. Writes nothing."""
    before, against = compared_with(run.selection.root, against)
    run.say(f"compared with {against}")
    judged = scope(run.selection, before, Records(run.context.files))
    change = Change(run_context(before), run.context, judged.folders)
    impacts: list[Impact] = []
    collected: list[Finding] = []
    first_names: set[str] = set()
    for new in run.workers.each(lambda name: pipeline.check(run.context, name), judged.names):
        impacts.append(change.impact(new))
        collected += new.findings
        first_names.update(renamed_from(new))
    impacts += change.missing(first_names) if run.selection.every else ()
    if not impacts and not judged.unchanged:
        refuse_none(run.selection)
    impacts.sort(key=lambda one: one.cluster)
    distinct = screen.distinct(collected)
    if run.json:
        content = {
            "against": against,
            "clusters": [report.data(i) for i in impacts],
            "unchanged": judged.unchanged,
            "findings": json_output.findings(distinct),
        }
        click.echo(json_output.document("plan", content))
    else:
        run.show(distinct)
        click.echo("\n".join(report.render(impacts, full, judged.unchanged)))
        _say_how_to_consent(run, impacts)
        if judged.unchanged:
            run.say(f"{plural(len(judged.names), 'cluster')} judged{judged.words}")
    pending = PENDING if exit_code and not all(i.empty for i in impacts) else 0
    raise click.exceptions.Exit(run.exit_code(distinct) or pending)


def _say_how_to_consent(run: Run, impacts: Iterable[Impact]) -> None:
    missing = {one.cluster: one.fate.unnamed for one in impacts if one.fate.unnamed}
    if missing:
        gone = [one.cluster for one in impacts if one.fate.gone]
        lines = advice(missing, [name for name in gone if name in missing], run.context.today)
        click.echo("\n".join(("compile, check and commit refuse what nobody consented to:", *lines)), err=True)
