"""Options that several commands share, named as in the field."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

paths = click.argument("paths", nargs=-1, metavar="[CLUSTER]...")
fail_on = click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "never"]),
    default="error",
    show_default=True,
    help="Findings from this severity on end with exit code 1.",
)
jobs = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="Clusters that are worked on at once.",
)
color = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="When to use colour.",
)
allow_destroy = click.option(
    "--allow-destroy",
    multiple=True,
    metavar="OBJECT",
    help="Consent to the removal of this object, as the refusal names it. Repeat for each.",
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
        help="Format of the output.",
    )
