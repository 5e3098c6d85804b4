"""`kedge plan`: what the change in the work tree does to recovery, then to objects."""

import click

from compiler import manifests, pipeline
from compiler.change.impact import Impact, Side, impact
from compiler.cli import screen
from compiler.cli.exits import PENDING
from compiler.cli.run import Run, over_clusters
from compiler.cli.selection import Selection, refuse_none, run_context
from compiler.findings.finding import Finding
from compiler.report import impact as report
from compiler.report import json_output
from compiler.workspace.failure import EnvironmentFailure
from compiler.workspace.files import Files, NoFiles
from compiler.workspace.repository import Repository

EPILOG = """\b
Examples:
  kedge plan                                   this work tree against HEAD
  kedge plan --against main                    what the branch changes, as a reviewer asks
  kedge plan --exit-code                       exit with 3 if anything would change
  kedge plan payments-eu --full                every field of every object of one cluster

\b
Signs: + better or new, ! worse or lost, ~ different, - removed. Before the first commit everything is new.
"""


@click.command("plan", epilog=EPILOG)
@over_clusters(jobs=False)
@click.option(
    "--against", default="HEAD", show_default=True, metavar="REF", help="Commit that the work tree is compared with."
)
@click.option("--exit-code", is_flag=True, help="Exit with 3 if anything would change.")
@click.option("--full", is_flag=True, help="Show every field that changes.")
def command(run: Run, against: str, exit_code: bool, full: bool) -> None:
    """Show how the change in the work tree affects recovery, then the object diff. Writes nothing."""
    before = _committed(run.selection, against)
    names = tuple(sorted({*run.selection.names, *before.clusters()})) if run.selection.every else run.selection.names
    if not names:
        refuse_none(run.selection)
    old = run_context(before)
    impacts: list[Impact] = []
    collected: list[Finding] = []
    for name in names:
        new, findings = side(run.context, name)
        impacts.append(impact(name, side(old, name)[0], new))
        collected += findings
    distinct = screen.distinct(collected)
    if run.json:
        content = {
            "against": against,
            "clusters": [report.data(i) for i in impacts],
            "findings": json_output.findings(distinct),
        }
        click.echo(json_output.document("plan", content))
    else:
        run.show(distinct)
        click.echo("\n".join(report.render(impacts, full)))
    pending = PENDING if exit_code and not all(i.empty for i in impacts) else 0
    raise click.exceptions.Exit(run.exit_code(distinct) or pending)


def _committed(selection: Selection, against: str) -> Files:
    """Return the files of the commit to compare with; before the first commit, HEAD has none."""
    repository = Repository.discover(selection.root)
    if repository.root is None or repository.root.resolve() != selection.root.resolve():
        raise EnvironmentFailure(
            f"compare {selection.root} with {against}",
            "it is not the root of its Git repository",
            "run where `clusters/` is at the root",
        )
    if against == "HEAD" and repository.unborn():
        return NoFiles()
    return repository.files(repository.resolve(against))


def side(context: pipeline.RunContext, name: str) -> tuple[Side, tuple[Finding, ...]]:
    """Return a cluster on one side of a change, with its findings; one that does not exist there has nothing."""
    if name not in context.files.clusters():
        return Side(None, ()), ()
    checked = pipeline.check(context, name)
    return side_of(checked), checked.findings


def side_of(checked: pipeline.Checked) -> Side:
    """Return the side of a change that a checked cluster is."""
    return Side(checked.plan, manifests.emit(checked.plan) if checked.plan else (), checked.plan is not None)
