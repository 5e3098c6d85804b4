"""Consent: what a change destroys is refused unless each object is named."""

from collections.abc import Collection, Mapping

import click

from compiler.change.delivered import delivered
from compiler.change.destruction import destroyed
from compiler.cli.exits import REFUSED
from compiler.report import text
from compiler.workspace.files import Files


class Refused(click.ClickException):
    """A destructive change without consent."""

    exit_code = REFUSED


def unnamed(files: Files, folder: str, produced: Collection[str], allowed: tuple[str, ...]) -> tuple[str, ...]:
    """Return what the new output of a folder destroys of what was delivered, and what `allowed` does not name."""
    return tuple(name for name in destroyed(delivered(files, folder), produced) if name not in allowed)


def refuse(missing: Mapping[str, tuple[str, ...]]) -> None:
    """Raise Refused where any consent is missing: one message that names every object and the words of consent."""
    lines = [f"  {text.safe(folder)}: {text.safe(name)}" for folder, names in missing.items() for name in names]
    if lines:
        consent = text.command(
            *(word for names in missing.values() for name in names for word in ("--allow-destroy", name))
        )
        raise Refused(
            "this change removes what carries data or keeps backups going:\n" + "\n".join(lines) + "\n"
            "  = impact: the live objects are guarded and stay, but nothing renews or restores them any more\n"
            f"  = fix:    if that is meant, say so: {consent}"
        )
