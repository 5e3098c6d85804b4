"""Options that several commands share, named as in the field."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

paths = click.argument("paths", nargs=-1, metavar="[CLUSTER]...")
folder = click.option(
    "-C",
    "--directory",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="Run as if started in this directory.",
)
fail_on = click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "never"]),
    default="error",
    show_default=True,
    help="Exit with 1 if any finding has this severity or higher.",
)
jobs = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="Number of clusters to process in parallel.",
)
color = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="When to use color.",
)
quiet = click.option(
    "-q", "--quiet", is_flag=True, help="Print findings and what was asked for, without progress and summaries."
)
against = click.option(
    "--against",
    metavar="REF",
    help="Commit that the work tree is compared with. Default: where this branch left the default branch.",
)
against_commit = click.option(
    "--against",
    metavar="REF",
    help="Judge only the clusters that differ from this commit. Default: every cluster.",
)
allow_destroy = click.option(
    "--allow-destroy",
    multiple=True,
    metavar="OBJECT",
    help="Consent to the removal of this object, named as the refusal prints it. Repeat for each.",
)


def output(*formats: str) -> Callable[[F], F]:
    """Return the option that chooses the format of the output; the first is the default."""
    return click.option(
        "-o",
        "--output",
        "form",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="Output format.",
    )
