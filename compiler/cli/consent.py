"""Consent: what a change destroys is refused unless each object is named."""

from collections.abc import Mapping

import click

from compiler.change.destruction import destroyed
from compiler.cli.exits import REFUSED
from compiler.publish.ownership import Changes


class Refused(click.ClickException):
    """A destructive change without consent."""

    exit_code = REFUSED


def require(changes: Mapping[str, Changes], allowed: tuple[str, ...]) -> None:
    """Raise Refused where an output folder would lose something that carries data and that `allowed` does not name."""
    missing = {folder: [o for o in destroyed(found.removed) if o not in allowed] for folder, found in changes.items()}
    lines = [f"  {folder}: {name}" for folder, names in missing.items() for name in names]
    if lines:
        consent = " ".join(f"--allow-destroy {name}" for names in missing.values() for name in names)
        raise Refused(
            "this change removes what carries data or keeps backups going:\n" + "\n".join(lines) + "\n"
            "  = impact: the live objects are guarded and stay, but nothing renews or restores them any more\n"
            f"  = fix:    if that is meant, say so: {consent}"
        )
