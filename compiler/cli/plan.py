"""`kedge plan`: what the change in the work tree does to recovery, then to objects."""

import click

from compiler import pipeline
from compiler.change.impact import Impact, Side, impact
from compiler.cli import options, screen
from compiler.cli.exits import PENDING
from compiler.cli.selection import Selection, run_context, select
from compiler.findings.finding import Finding
from compiler.report import impact as report
from compiler.report import json_output
from compiler.workspace.failure import EnvironmentFailure
from compiler.workspace.files import Files
from compiler.workspace.repository import Repository

EPILOG = """\b
Examples:
  kedge plan                                   this work tree against HEAD
  kedge plan --against main                    what the branch changes, as a reviewer asks
  kedge plan --exit-code                       exit code 3 where anything changes
  kedge plan clusters/payments-eu --full       every field of every object

\b
Signs: + better or new, ! worse or lost, ~ different, - removed.
"""


@click.command("plan", epilog=EPILOG)
@options.paths
@options.fail_on
@options.output("human", "json")
@options.color
@click.option(
    "--against", default="HEAD", show_default=True, metavar="REF", help="Commit that the work tree is compared with."
)
@click.option("--exit-code", is_flag=True, help="End with exit code 3 where anything changes.")
@click.option("--full", is_flag=True, help="Show every field that changes.")
def command(
    paths: tuple[str, ...], fail_on: str, form: str, color: str, against: str, exit_code: bool, full: bool
) -> None:
    """Tell what the change in the work tree does to recovery, then to objects. Writes nothing."""
    selection = select(paths)
    before = _committed(selection, against)
    names = selection.names if paths else tuple(sorted({*selection.names, *before.clusters()}))
    old, new = run_context(before), run_context(selection.files)
    impacts: list[Impact] = []
    findings: list[Finding] = []
    for name in names:
        side, found = _side(new, name)
        impacts.append(impact(name, _side(old, name)[0], side))
        findings += found
    findings = screen.distinct(findings)
    if form == "json":
        click.echo(
            json_output.document(
                "plan",
                {
                    "against": against,
                    "clusters": [report.data(i) for i in impacts],
                    "findings": json_output.findings(findings),
                },
            )
        )
    else:
        screen.show(selection.files, findings, color, err=True)
        click.echo("\n".join(report.told(impacts, full)))
    pending = PENDING if exit_code and not all(i.empty for i in impacts) else 0
    raise click.exceptions.Exit(screen.exit_code(findings, fail_on) or pending)


def _committed(selection: Selection, against: str) -> Files:
    repository = Repository.discover(selection.root)
    if repository.root is None or repository.root.resolve() != selection.root.resolve():
        raise EnvironmentFailure(
            f"compare {selection.root} with {against}",
            "it is not the root of its Git repository",
            "run where `clusters/` lies at the root",
        )
    return repository.files(repository.resolve(against))


def _side(context: pipeline.RunContext, name: str) -> tuple[Side, tuple[Finding, ...]]:
    """Return a cluster on one side; one that does not exist there has nothing."""
    if name not in context.files.clusters():
        return Side(None, (), True), ()
    checked = pipeline.check(context, name)
    sound = checked.plan is not None
    return Side(checked.plan, pipeline.emit(checked.plan) if checked.plan else (), sound), checked.findings
