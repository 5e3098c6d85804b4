"""`kedge validate`: prove what can be proved, and write nothing."""

import click
from msgspec import Struct

from compiler import pipeline
from compiler.change.records import Records
from compiler.cli import options, screen
from compiler.cli.identities import in_common
from compiler.cli.reference import compared_with
from compiler.cli.run import Run, over_clusters
from compiler.cli.scope import Scope, scope
from compiler.cli.selection import refuse_none
from compiler.cli.strays import strays
from compiler.findings.finding import Finding
from compiler.proofs.claims import Claim
from compiler.proofs.standing import Standing
from compiler.report import claims, json_output, standing, summary, text

EPILOG = """\b
Examples:
  kedge validate                               every cluster of this repository
  kedge validate payments-eu                   one cluster, by name or by path
  kedge validate --fail-on warning             warnings fail too, for a strict CI
  kedge validate --against main                clusters that differ from main
  kedge validate -o json                       all findings as data

\b
With --against, clusters whose spec, bases and output are the same there, by this version of kedge, are not judged: what is wrong
with one is wrong there too.
"""


@click.command("validate", epilog=EPILOG)
@over_clusters()
@options.against_commit
def command(run: Run, against: str | None) -> None:
    """Check the specs: prove what can be proved, and report each promise that does not hold. Writes nothing."""
    refuse_none(run.selection)
    records = Records(run.context.files)
    judged = _scope(run, against, records)
    common = in_common(run.context, judged.names, records, run.workers)
    checked = list(run.workers.each(lambda name: _judged(run.context, name, common.get(name, ())), judged.names))
    checked += [_Judged(name, "", (finding,), ()) for name, finding in strays(run.selection)]
    findings = screen.distinct(f for one in checked for f in one.findings)
    if run.json:
        clusters = [
            {
                "name": one.name,
                "topology": standing.data(one.standing) if one.standing else None,
                "claims": claims.data(one.claims),
                "findings": json_output.findings(one.findings),
            }
            for one in checked
        ]
        click.echo(json_output.document("validate", {"clusters": clusters, "unchanged": judged.unchanged}))
    else:
        run.show(findings, err=False)
        for line in summary.lines([summary.Summed(one.name, one.tier, one.standing, one.claims) for one in checked]):
            run.say(line)
        run.say(text.tally(findings, len(judged.names)) + judged.words)
    raise click.exceptions.Exit(run.exit_code(findings))


def _scope(run: Run, against: str | None, records: Records) -> Scope:
    if against is None:
        return Scope(run.selection.names)
    before, name = compared_with(run.selection.root, against)
    run.say(f"compared with {name}")
    return scope(run.selection, before, records)


class _Judged(Struct, frozen=True):
    """What is kept of a cluster: its plan is not, since a thousand of them do not fit."""

    name: str
    tier: str
    findings: tuple[Finding, ...]
    claims: tuple[Claim, ...]
    standing: Standing | None = None


def _judged(context: pipeline.RunContext, name: str, common: tuple[Finding, ...]) -> _Judged:
    checked = pipeline.check(context, name)
    tier = checked.plan.cluster.tier if checked.plan else ""
    row = checked.proofs.standing if checked.proofs else None
    return _Judged(name, tier, checked.findings + common, checked.claims, row)
