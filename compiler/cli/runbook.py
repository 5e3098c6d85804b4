"""`kedge runbook`: the recovery pages of a cluster as a list, as Markdown, or as one HTML file for phone and paper."""

import difflib
from pathlib import Path

import click
from msgspec import Struct

from compiler import pipeline
from compiler.cli import options, screen
from compiler.cli.exits import FINDINGS
from compiler.cli.run import Run, over_clusters
from compiler.cli.selection import Selection, refuse_none, run_context, select
from compiler.plan.plan import Plan
from compiler.publish.tree import stale
from compiler.render import printed_pages
from compiler.render.printed_pages import INDEX, Source
from compiler.report import json_output, procedures_table
from compiler.runbooks import procedures

FOLDER = "runbooks"

EPILOG = """\b
Examples:
  kedge runbook list
  kedge runbook show payments-eu etcd-quorum-lost | less
  kedge runbook print payments-eu > payments-eu.html       every page; open it on a phone, or print it
  kedge runbook print payments-eu etcd-quorum-lost > quorum.html

\b
Pages are made from the spec as it is here, without Git and without the cluster. Keep a printed copy where a failure of the cluster
does not reach it.
"""


class _Book(Struct, frozen=True):
    """A sound cluster and its pages, by name and without `.md`; the index is `README`."""

    plan: Plan
    pages: dict[str, str]

    def source(self, name: str) -> Source:
        """Return a page with the procedure that it shows."""
        return Source(name, self.pages[name], next((p for p in procedures(self.plan) if p.name == name), None))


@click.group("runbook", epilog=EPILOG)
def command() -> None:
    """List, show or print the recovery pages of a cluster."""


@command.command("list")
@over_clusters()
def list_command(run: Run) -> None:
    """List the pages of each cluster: steps, how many a test has run, minutes, and the RTO that they have to meet."""
    refuse_none(run.selection)
    checked = list(run.workers.each(lambda name: pipeline.check(run.context, name), run.selection.names))
    broken = [finding for one in checked if one.plan is None for finding in one.findings]
    run.show(broken)
    found = {one.name: procedures_table.rows(one.plan) for one in checked if one.plan}
    if run.json:
        clusters = [{"name": name, "pages": [row.data for row in rows]} for name, rows in found.items()]
        click.echo(json_output.document("runbook", {"clusters": clusters}))
    elif found:
        click.echo("\n\n".join("\n".join(procedures_table.lines(name, rows)) for name, rows in found.items()))
    raise click.exceptions.Exit(run.exit_code(broken))


@command.command("show")
@click.argument("cluster")
@click.argument("page", default=INDEX, metavar="[PAGE]")
@options.folder
@options.color
def show_command(cluster: str, page: str, folder: Path, color: str) -> None:
    """Print a page as Markdown; without a name the index, which says what to open for what you see."""
    book = _book(select((cluster,), folder), color)
    click.echo(book.pages[_named(book, page)], nl=False)


@command.command("print")
@click.argument("cluster")
@click.argument("pages", nargs=-1, metavar="[PAGE]...")
@options.folder
@options.color
def print_command(cluster: str, pages: tuple[str, ...], folder: Path, color: str) -> None:
    """Print pages as one HTML file that needs nothing else; without names every page."""
    book = _book(select((cluster,), folder), color)
    names = dict.fromkeys(_named(book, page) for page in pages) or book.pages
    members = [member.name for member in book.plan.topology.members]
    click.echo(printed_pages.printed(book.plan.cluster.name, [book.source(name) for name in names], members), nl=False)


def _book(selection: Selection, color: str) -> _Book:
    """Return the pages of the one cluster. Exits with its findings where its file is not sound."""
    name = selection.names[0]
    checked = pipeline.check(run_context(selection.files), name)
    if checked.plan is None:
        screen.show(selection.files, list(checked.findings), color, err=True)
        raise click.exceptions.Exit(FINDINGS)
    output = pipeline.build(checked)
    if stale(selection.output_folder(name), output):
        click.echo(f"note: these pages are newer than those in {name}/generated: run `kedge compile {name}`", err=True)
    found = {Path(path).stem: content.decode() for path, content in output.items() if Path(path).parent.name == FOLDER}
    return _Book(checked.plan, {INDEX: found.pop(INDEX), **{p.name: found[p.name] for p in procedures(checked.plan)}})


def _named(book: _Book, page: str) -> str:
    """Return the name of a page that was asked for, with or without `.md`. Raises click.UsageError where there is none."""
    name = page.removesuffix(".md")
    if name in book.pages:
        return name
    close = difflib.get_close_matches(name, book.pages, n=1)
    hint = f"did you mean {close[0]}?" if close else f"it has {', '.join(book.pages)}"
    raise click.UsageError(f"{book.plan.cluster.name} has no page {page!a}; {hint}")
