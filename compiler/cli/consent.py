"""Consent: what a change destroys is refused unless each object is named."""

from collections.abc import Collection, Iterator, Mapping

import click

from compiler.change.destruction import KUSTOMIZATION, LAYERS, destroyed
from compiler.cli.exits import REFUSED
from compiler.workspace.failure import EnvironmentFailure
from compiler.workspace.files import Files


class Refused(click.ClickException):
    """A destructive change without consent."""

    exit_code = REFUSED


def unnamed(files: Files, folder: str, produced: Collection[str], allowed: tuple[str, ...]) -> tuple[str, ...]:
    """Return what the new output of a folder gives up that carries data and that `allowed` does not name.

    What was delivered is what the standing kustomizations list: a record that is damaged, or a file that was edited by
    hand and is therefore kept, must not hide that its object is synced no more.
    """
    given_up = [path for path in _delivered(files, folder) if path not in produced]
    return tuple(name for name in destroyed(given_up) if name not in allowed)


def _delivered(files: Files, folder: str) -> Iterator[str]:
    for layer in LAYERS:
        try:
            lines = files.read(f"{folder}/{layer}/{KUSTOMIZATION}").decode("utf-8", "replace").splitlines()
        except EnvironmentFailure:
            continue
        yield f"{layer}/{KUSTOMIZATION}"
        yield from (f"{layer}/{line[2:].strip()}" for line in lines if line.startswith("- "))


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
