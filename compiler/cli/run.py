"""What every command over clusters takes: which clusters, in which repository, and how to print what it finds."""

import functools
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from msgspec import Struct

from compiler.cli import options, screen
from compiler.cli.fleet import Workers
from compiler.cli.progress import visible
from compiler.cli.selection import Selection, run_context, select
from compiler.findings.finding import Finding
from compiler.pipeline import RunContext
from compiler.publish.ownership import Changes


class Run(Struct, frozen=True, kw_only=True):
    """One command over clusters. `form` is `human` or `json`; `jobs` clusters are processed in parallel."""

    selection: Selection
    context: RunContext
    fail_on: str
    form: str
    color: str
    quiet: bool = False
    jobs: int = 1

    @property
    def json(self) -> bool:
        """Whether the output is one JSON document."""
        return self.form == "json"

    @property
    def workers(self) -> Workers:
        """Who processes the clusters."""
        return Workers(self.jobs, not self.quiet and visible(sys.stderr))

    def show(self, findings: list[Finding], *, err: bool = True) -> None:
        """Print findings as text."""
        screen.show(self.selection.files, findings, self.color, err=err)

    def say(self, words: str) -> None:
        """Print what helps a person who watches, on standard error."""
        if not self.quiet:
            click.echo(words, err=True)

    def exit_code(self, findings: Iterable[Finding]) -> int:
        """Return 1 where a finding is at or above `--fail-on`, else 0."""
        return screen.exit_code(findings, self.fail_on)


def over_clusters(*, jobs: bool = True) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return the decorator that adds the shared arguments and options to a command, and hands in a Run.

    `jobs=False` for a command that reads commits: processes cannot share one `git cat-file`.
    """
    shared = [
        options.paths,
        options.folder,
        options.fail_on,
        options.output("human", "json"),
        options.color,
        options.quiet,
    ]

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(function)
        def command(*, paths: tuple[str, ...], folder: Path, **given: Any) -> None:
            selection = select(paths, folder)
            own = {name: given.pop(name) for name in tuple(given) if name not in Run.__struct_fields__}
            function(Run(selection=selection, context=run_context(selection.files), **given), **own)

        for option in reversed([*shared, *([options.jobs] if jobs else [])]):
            command = option(command)
        return command

    return decorate


def changes_data(changes: Changes) -> dict[str, list[str]]:
    """Return what publishing one cluster's output changes, as data: paths below its folder."""
    return {
        "added": sorted(changes.added),
        "changed": sorted(changes.changed),
        "removed": sorted(changes.removed),
        "kept": sorted(changes.kept),
    }
