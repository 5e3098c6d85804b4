"""`kedge simulate`: what is left of a cluster after failures, and which page to open."""

import difflib

import click
from msgspec import Struct

from compiler import pipeline
from compiler.cli.run import Run, over_clusters
from compiler.cli.selection import CLUSTERS, refuse_none
from compiler.findings.finding import Finding
from compiler.model.cluster import ClusterSpec
from compiler.proofs.simulation import FAILURE_KINDS, every, failures, simulate
from compiler.report import json_output, simulation
from compiler.runbooks import procedures
from compiler.workspace.files import OUTPUT

EPILOG = f"""\b
Examples:
  kedge simulate payments-eu --lose host:cp1                     one host
  kedge simulate payments-eu --lose rack:a1 --lose location:offsite   both at once
  kedge simulate payments-eu --all 1                             every single loss that does harm
  kedge simulate --all 2                                         every two of them, in every cluster

\b
What can be lost: {", ".join(FAILURE_KINDS)}, each with the name that the spec gives it.
"""


@click.command("simulate", epilog=EPILOG)
@over_clusters()
@click.option(
    "--lose", metavar="KIND:NAME", multiple=True, help="What is lost, such as host:cp1. Repeat for losses at once."
)
@click.option(
    "--all", "number", type=click.IntRange(1, 2), help="Try every set of so many losses, and list those that do harm."
)
def command(run: Run, lose: tuple[str, ...], number: int | None) -> None:
    """Show what keeps serving after losses, what is lost, and which page to open. Reads the spec and nothing else."""
    refuse_none(run.selection)
    if bool(lose) == (number is not None):
        raise click.UsageError("say either what is lost, as in `--lose host:cp1`, or `--all 1`")
    results = list(run.workers.each(lambda name: _result(run, name, lose, number), run.selection.names))
    _refuse_undeclared(results)
    broken = [finding for one in results for finding in one.findings]
    run.show(broken)
    shown = [one for one in results if one.lines]
    if run.json:
        clusters = [{"name": one.name, "tried": one.tried, "simulations": list(one.data)} for one in shown]
        click.echo(json_output.document("simulate", {"clusters": clusters}))
    else:
        click.echo("\n\n".join("\n".join(one.lines) for one in shown))
    raise click.exceptions.Exit(run.exit_code(broken))


class _Result(Struct, frozen=True, kw_only=True):
    """One cluster: findings where its spec is not sound, an `undeclared` failure where it has none of that name, else what was found."""

    name: str
    findings: tuple[Finding, ...] = ()
    undeclared: str = ""
    tried: int = 0
    data: tuple[dict[str, object], ...] = ()
    lines: tuple[str, ...] = ()


def _result(run: Run, name: str, lose: tuple[str, ...], number: int | None) -> _Result:
    checked = pipeline.check(run.context, name)
    if checked.plan is None or checked.proofs is None or not isinstance(checked.spec, ClusterSpec):
        return _Result(name=name, findings=checked.findings)
    spec, placement, streams = checked.spec.spec, checked.proofs.placement, checked.proofs.streams
    declared = {f"{failure.kind}:{failure.name}": failure for failure in failures(spec)}
    undeclared = [text for text in lose if text not in declared]
    if undeclared:
        return _Result(name=name, undeclared=_no_such(name, undeclared[0], list(declared)))
    pages = frozenset(procedure.name for procedure in procedures(checked.plan))
    if number is not None:
        found = every(spec, placement, streams, number)
        harmful = tuple(simulation.answered(spec, pages, one) for one in found.harmful)
        return _Result(
            name=name,
            tried=found.tried,
            data=tuple(simulation.data(one) for one in harmful),
            lines=tuple(simulation.table(name, found, harmful)),
        )
    failed = tuple(dict.fromkeys(declared[text] for text in lose))
    one = simulation.answered(spec, pages, simulate(spec, placement, streams, failed))
    lines = simulation.lines(name, f"{CLUSTERS}/{name}/{OUTPUT}/runbooks", one)
    return _Result(name=name, tried=1, data=(simulation.data(one),), lines=tuple(lines))


def _no_such(cluster: str, text: str, declared: list[str]) -> str:
    close = difflib.get_close_matches(text, declared, n=1)
    known = text.partition(":")[0] in FAILURE_KINDS
    hint = (
        f"did you mean {close[0]}?"
        if close
        else ""
        if known
        else f"write KIND:NAME with one of {', '.join(FAILURE_KINDS)}"
    )
    return f"{cluster} declares no {text!a}" + (f"; {hint}" if hint else "")


def _refuse_undeclared(results: list[_Result]) -> None:
    """Raise click.UsageError where no cluster declares what is to be lost; clusters that do not are left out where others do."""
    if all(one.undeclared for one in results):
        raise click.UsageError(results[0].undeclared)
