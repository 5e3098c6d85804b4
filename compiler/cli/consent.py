"""Consent: what a change destroys is refused unless each object is named."""

from collections.abc import Mapping

import click

from compiler.change.destruction import destroyed
from compiler.cli.exits import REFUSED
from compiler.publish.ownership import Changes


class Refused(click.ClickException):
    """A destructive change without consent."""

    exit_code = REFUSED


def unnamed(changes: Changes, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """Return what one output folder would lose that carries data and that `allowed` does not name."""
    # What was edited by hand is kept on disk, yet no kustomization lists it any more: its object is given up all the same.
    return tuple(name for name in destroyed((*changes.removed, *changes.kept)) if name not in allowed)


def require(changes: Mapping[str, Changes], allowed: tuple[str, ...]) -> None:
    """Raise Refused where an output folder would lose something without consent. `changes` by folder."""
    refuse({folder: unnamed(found, allowed) for folder, found in changes.items()})


def refuse(missing: Mapping[str, tuple[str, ...]]) -> None:
    """Raise Refused where any consent is missing: one message that names every object and the words of consent."""
    lines = [f"  {folder}: {name}" for folder, names in missing.items() for name in names]
    if lines:
        consent = " ".join(f"--allow-destroy {name}" for names in missing.values() for name in names)
        raise Refused(
            "this change removes what carries data or keeps backups going:\n" + "\n".join(lines) + "\n"
            "  = impact: the live objects are guarded and stay, but nothing renews or restores them any more\n"
            f"  = fix:    if that is meant, say so: {consent}"
        )
