"""`kedge check`: does the compiled output still say what the specs say?"""

import click

from compiler import pipeline
from compiler.cli import options, screen
from compiler.cli.compile import output_folder
from compiler.cli.exits import STALE
from compiler.cli.fleet import each
from compiler.cli.selection import Selection, run_context, select
from compiler.findings.finding import Finding
from compiler.publish import tree
from compiler.report import json_output

EPILOG = """\b
Examples:
  kedge check                                  as CI runs it on a pull request
  kedge check clusters/payments-eu             as a page tells to, to see whether it is stale
"""


@click.command("check", epilog=EPILOG)
@options.paths
@options.fail_on
@options.output("human", "json")
@options.jobs
@options.color
def command(paths: tuple[str, ...], fail_on: str, form: str, jobs: int, color: str) -> None:
    """Tell whether the compiled output is what the specs compile to. Writes nothing."""
    selection = select(paths)
    context = run_context(selection.files)
    done = list(each(lambda name: _stale(selection, context, name), selection.names, jobs))
    findings = screen.distinct(f for _, found, _ in done for f in found)
    stale = {name: files for name, _, files in done if files}
    orphans = () if paths else selection.orphans()
    if form == "json":
        done += [(name, (), ["generated/BUILD.json"]) for name in orphans]
        clusters = [
            {"name": name, "stale": files, "findings": json_output.findings(found)} for name, found, files in done
        ]
        click.echo(json_output.document("check", {"clusters": clusters}))
    else:
        screen.show(selection.files, findings, color, err=True)
        _tell(stale, orphans, len(done))
    raise click.exceptions.Exit(screen.exit_code(findings, fail_on) or (STALE if stale or orphans else 0))


def _stale(selection: Selection, context: pipeline.RunContext, name: str) -> tuple[str, tuple[Finding, ...], list[str]]:
    checked = pipeline.check(context, name)
    if checked.plan is None:
        return name, checked.findings, []
    target = output_folder(selection.root, name)
    changes = tree.stale(target, pipeline.build(checked))
    files = sorted({*changes.added, *changes.changed, *changes.removed})
    return name, checked.findings, files or (["an interrupted publication"] if tree.pending(target) else [])


def _tell(stale: dict[str, list[str]], orphans: tuple[str, ...], clusters: int) -> None:
    for name in orphans:
        click.echo(
            f"{name}: stale: its spec is gone, and its output is still synced\n"
            f"  = fix: bring the spec back, or git rm -r clusters/{name}/generated"
        )
    for name, files in stale.items():
        shown = ", ".join(files[:5]) + (f" and {len(files) - 5} more" if len(files) > 5 else "")
        click.echo(f"{name}: stale: {shown}\n  = fix: kedge compile clusters/{name}")
    if not stale and not orphans:
        click.echo(f"{clusters} cluster{'s' if clusters != 1 else ''}: the output is fresh", err=True)
