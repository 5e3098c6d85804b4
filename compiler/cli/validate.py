"""`kedge validate`: prove what can be proved, and write nothing."""

import click

from compiler import pipeline
from compiler.cli import screen
from compiler.cli.fleet import each
from compiler.cli.run import Run, over_clusters
from compiler.cli.selection import refuse_none
from compiler.findings.finding import Finding
from compiler.report import json_output, text

EPILOG = """\b
Examples:
  kedge validate                               every cluster of this repository
  kedge validate payments-eu                   one cluster, by name or by path
  kedge validate --fail-on warning             warnings fail too, for a strict CI
  kedge validate -o json                       all findings as data
"""


@click.command("validate", epilog=EPILOG)
@over_clusters()
def command(run: Run) -> None:
    """Check the specs: prove what can be proved, and report each promise that does not hold. Writes nothing."""
    refuse_none(run.selection)
    checked = list(each(lambda name: _findings(run.context, name), run.selection.names, run.jobs))
    findings = screen.distinct(f for _, cluster_findings in checked for f in cluster_findings)
    if run.json:
        clusters = [{"name": name, "findings": json_output.findings(found)} for name, found in checked]
        click.echo(json_output.document("validate", {"clusters": clusters}))
    else:
        run.show(findings, err=False)
        click.echo(text.tally(findings, len(checked)), err=True)
    raise click.exceptions.Exit(run.exit_code(findings))


def _findings(context: pipeline.RunContext, name: str) -> tuple[str, tuple[Finding, ...]]:
    return name, pipeline.check(context, name).findings
