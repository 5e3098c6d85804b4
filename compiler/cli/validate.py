"""`kedge validate`: prove what can be proved, and write nothing."""

import click

from compiler import pipeline
from compiler.cli import options, screen
from compiler.cli.fleet import each
from compiler.cli.selection import run_context, select
from compiler.findings.finding import Finding
from compiler.report import json_output, text

EPILOG = """\b
Examples:
  kedge validate                               every cluster of this repository
  kedge validate clusters/payments-eu          one cluster
  kedge validate --fail-on warning             warnings fail too, as CI may want
  kedge validate -o json                       all findings as data
"""


@click.command("validate", epilog=EPILOG)
@options.paths
@options.fail_on
@options.output("human", "json")
@options.jobs
@options.color
def command(paths: tuple[str, ...], fail_on: str, form: str, jobs: int, color: str) -> None:
    """Prove what can be proved about the specs, and say where a promise does not hold."""
    selection = select(paths)
    context = run_context(selection.files)
    checked = list(each(lambda name: _findings(context, name), selection.names, jobs))
    findings = screen.distinct(f for _, found in checked for f in found)
    code = screen.exit_code(findings, fail_on)
    if form == "json":
        clusters = [{"name": name, "findings": json_output.findings(found)} for name, found in checked]
        click.echo(json_output.document("validate", {"clusters": clusters}))
    else:
        screen.show(selection.files, findings, color)
        click.echo(text.tally(findings, len(selection.names)), err=True)
    raise click.exceptions.Exit(code)


def _findings(context: pipeline.RunContext, name: str) -> tuple[str, tuple[Finding, ...]]:
    return name, pipeline.check(context, name).findings
