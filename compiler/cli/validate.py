"""`kedge validate`: prove what can be proved, and write nothing."""

from collections.abc import Iterable, Mapping

import click
from msgspec import Struct
from msgspec.structs import replace

from compiler import pipeline
from compiler.change.records import Records
from compiler.cli import options, screen
from compiler.cli.identities import in_common
from compiler.cli.reference import compared_with
from compiler.cli.run import Run, over_clusters
from compiler.cli.scope import Scope, scope
from compiler.cli.selection import refuse_none, run_context
from compiler.cli.strays import strays
from compiler.findings.finding import Finding
from compiler.proofs.claims import Claim
from compiler.proofs.standing import Standing
from compiler.report import claims, json_output, standing, summary, text
from compiler.workspace.files import spec_path

EPILOG = """\b
Examples:
  kedge validate                               every cluster of this repository
  kedge validate payments-eu                   one cluster, by name or by path
  kedge validate --fail-on warning             warnings fail too, for a strict CI
  kedge validate --against main                clusters that differ from main
  kedge validate --new-since main              findings that main does not have: a first import need not stop at sixty
  kedge validate -o json                       all findings as data

\b
With --against, clusters whose spec, bases and output are the same there, by this version of kedge, are not judged: what is wrong
with one is wrong there too.
"""


@click.command("validate", epilog=EPILOG)
@over_clusters()
@options.against_commit
@click.option(
    "--new-since",
    metavar="REF",
    help="Leave out findings that this commit has too, of the same cluster, place and message. They are counted.",
)
def command(run: Run, against: str | None, new_since: str | None) -> None:
    """Check the specs: prove what can be proved, and report each promise that does not hold. Writes nothing."""
    refuse_none(run.selection)
    records = Records(run.context.files)
    judged = _scope(run, against, records)
    common = in_common(run.context, judged.names, records, run.workers)
    checked = list(run.workers.each(lambda name: _judged(run.context, name, common.get(name, ())), judged.names))
    checked += [_Judged(name, "", (finding,), ()) for name, finding in strays(run.selection)]
    known = _known(run, new_since, checked) if new_since else {}
    checked = [replace(one, findings=_new(one, known)) for one in checked]
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
        content = {"clusters": clusters, "unchanged": judged.unchanged, "known": sum(map(len, known.values()))}
        click.echo(json_output.document("validate", content))
    else:
        run.show(findings, err=False)
        for line in summary.lines([summary.Summed(one.name, one.tier, one.standing, one.claims) for one in checked]):
            run.say(line)
        count = sum(map(len, known.values()))
        hidden = f"; {text.plural(count, 'finding')} not shown, since {new_since} has the same" if count else ""
        run.say(text.tally(findings, len(judged.names)) + judged.words + hidden)
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


Known = Mapping[str, frozenset[Finding]]
"""The findings of each cluster that it has at a commit too."""


def _known(run: Run, revision: str, checked: Iterable[_Judged]) -> Known:
    """Return which findings are there at a commit too: of the same rule, about the same place, in the same words."""
    files, _ = compared_with(run.selection.root, revision)
    before = run_context(files)
    judged = [one for one in checked if one.findings and files.exists(spec_path(one.name))]
    common = in_common(before, [one.name for one in judged], Records(files))
    known: dict[str, frozenset[Finding]] = {}
    for one in judged:
        there = {_same(finding) for finding in (*pipeline.check(before, one.name).findings, *common.get(one.name, ()))}
        known[one.name] = frozenset(finding for finding in one.findings if _same(finding) in there)
    return known


def _same(finding: Finding) -> tuple[object, ...]:
    return finding.rule, finding.severity, finding.path, finding.message, finding.waived_by


def _new(one: _Judged, known: Known) -> tuple[Finding, ...]:
    there = known.get(one.name, frozenset())
    return tuple(finding for finding in one.findings if finding not in there)
