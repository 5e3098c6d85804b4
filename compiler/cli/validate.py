"""`kedge validate`: prove what can be proved, and write nothing."""

from dataclasses import dataclass

import click

from compiler import pipeline
from compiler.cli import screen
from compiler.cli.fleet import each
from compiler.cli.identities import in_common
from compiler.cli.run import Run, over_clusters
from compiler.cli.selection import refuse_none
from compiler.cli.strays import strays
from compiler.findings.finding import Finding
from compiler.proofs.claims import Claim
from compiler.report import claims, json_output, text

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
    common = in_common(run.context, run.selection.names, run.jobs)
    checked = list(each(lambda name: _judged(run.context, name, common.get(name, ())), run.selection.names, run.jobs))
    checked += [_Judged(name, "", (finding,), ()) for name, finding in strays(run.selection)]
    findings = screen.distinct(f for one in checked for f in one.findings)
    if run.json:
        clusters = [
            {"name": one.name, "claims": claims.data(one.claims), "findings": json_output.findings(one.findings)}
            for one in checked
        ]
        click.echo(json_output.document("validate", {"clusters": clusters}))
    else:
        run.show(findings, err=False)
        for line in claims.lines([(one.name, one.tier, one.claims) for one in checked]):
            click.echo(line, err=True)
        click.echo(text.tally(findings, len(run.selection.names)), err=True)
    raise click.exceptions.Exit(run.exit_code(findings))


@dataclass(frozen=True, slots=True)
class _Judged:
    """What is kept of a cluster: its plan is not, since a thousand of them do not fit."""

    name: str
    tier: str
    findings: tuple[Finding, ...]
    claims: tuple[Claim, ...]


def _judged(context: pipeline.RunContext, name: str, common: tuple[Finding, ...]) -> _Judged:
    checked = pipeline.check(context, name)
    return _Judged(name, checked.plan.cluster.tier if checked.plan else "", checked.findings + common, checked.claims)
