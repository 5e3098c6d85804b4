"""`kedge commit`: compile what a branch says, and commit the output to that branch by compare-and-swap."""

from pathlib import Path

import click

from compiler import pipeline
from compiler.cli import consent, options, screen
from compiler.cli.exits import FINDINGS
from compiler.cli.selection import run_context
from compiler.findings.finding import Finding, Severity
from compiler.publish.commit import Committed, Order, Outputs, commit
from compiler.report import json_output
from compiler.version import VERSION
from compiler.workspace.files import Files
from compiler.workspace.repository import Repository

EPILOG = """\b
Examples:
  kedge commit --branch main                   as a robot runs it after a merge, in a bare clone
  kedge commit --branch main --push origin     and push; on a lost race fetch, compile again, retry
  kedge commit --branch main --update-work-tree  also where main is checked out

\b
The specs are those of the branch, not of the work tree; where the two differ kedge refuses. Generated files are never merged and
nothing is ever pushed by force.
"""


class Unsound(click.ClickException):
    """The branch's specs have errors, which were printed."""

    exit_code = FINDINGS


@click.command("commit", epilog=EPILOG)
@click.option(
    "-C",
    "--repository",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="Repository. Default: the one of this folder.",
)
@click.option("--branch", default="main", show_default=True, help="Branch that is read and moved.")
@click.option("--push", metavar="REMOTE", help="Push to this remote; the push is then what decides a race.")
@click.option(
    "--update-work-tree", is_flag=True, help="Commit also under a branch that is checked out, and update its files."
)
@click.option(
    "--attempts",
    type=click.IntRange(1, 100),
    default=10,
    show_default=True,
    help="Tries before a lost race ends with exit code 5.",
)
@options.fail_on
@options.output("human", "json")
@options.color
@options.allow_destroy
def command(
    folder: Path,
    branch: str,
    push: str | None,
    update_work_tree: bool,
    attempts: int,
    fail_on: str,
    form: str,
    color: str,
    allow_destroy: tuple[str, ...],
) -> None:
    """Compile what a branch says and commit the output to it."""
    findings: list[Finding] = []

    def compile_(files: Files) -> Outputs:
        findings.clear()
        outputs = _outputs(files, findings, fail_on, color)
        consent.refuse(
            {folder: consent.unnamed(files, folder, made, allow_destroy) for folder, made in outputs.items()}
        )
        return outputs

    order = Order(
        branch=branch,
        compile=compile_,
        version=VERSION,
        push=push,
        update_work_tree=update_work_tree,
        attempts=attempts,
    )
    done = commit(Repository.discover(folder.resolve()), order)
    new = done.new if isinstance(done, Committed) else None
    if form == "json":
        changes = {
            name: {
                "added": sorted(c.added),
                "changed": sorted(c.changed),
                "removed": sorted(c.removed),
                "kept": sorted(c.kept),
            }
            for name, c in done.changes.items()
        }
        click.echo(
            json_output.document(
                "commit", {"commit": new, "changes": changes, "findings": json_output.findings(findings)}
            )
        )
    elif isinstance(done, Committed):
        files = sum(len(c.added) + len(c.changed) + len(c.removed) for c in done.changes.values())
        clusters = ", ".join(folder.split("/")[1] for folder, changes in done.changes.items() if changes)
        click.echo(f"{branch}: {done.old[:12]} → {done.new[:12]}, {files} files: {clusters}")
    else:
        click.echo(f"{branch}: nothing to commit, the output at {done.at[:12]} is fresh")


def _outputs(files: Files, findings: list[Finding], fail_on: str, color: str) -> Outputs:
    """Compile every cluster of a commit; all are sound, or nothing is committed."""
    names = files.clusters()
    if not names:
        raise click.UsageError("there is no cluster on this branch")
    context = run_context(files)
    checked = [pipeline.check(context, name) for name in names]
    findings += screen.distinct(f for one in checked for f in one.findings)
    screen.show(files, findings, color, err=True)
    if screen.exit_code(findings, fail_on) or any(one.plan is None for one in checked):
        errors = sum(f.severity == Severity.ERROR for f in findings)
        raise Unsound(f"nothing was committed: {errors} error{'s' if errors != 1 else ''} in the specs of the branch")
    return {f"clusters/{one.name}/generated": pipeline.build(one) for one in checked}
