"""The version of kedge and, in a wheel, its build. It is part of `BUILD.json` and `kedge version`, never in an object."""

from pathlib import Path


def _build(stated: Path) -> str:
    """Return what a wheel's own digest of its sources adds to the version; nothing in a checkout, where they change all the time."""
    return f"+{stated.read_text()}" if stated.exists() else ""


VERSION = f"0.1.0{_build(Path(__file__).with_name('_data') / 'build')}"
