"""Locate the data files (schemas, templates, test record): the only place that knows where they are.

In a wheel they are inside the package (`compiler/_data`, see `force-include` in pyproject.toml); in a checkout and in
an editable install they are beside it.
"""

from pathlib import Path
from typing import Any

import tomli

_PACKAGE = Path(__file__).resolve().parent
_ROOTS = tuple(root for root in (_PACKAGE / "_data", _PACKAGE.parent) if root.is_dir())
FOLDERS = ("record", "schemas", "templates")


class AssetError(Exception):
    """A data file that the program is shipped with is not there: a broken installation, or a name misspelt in code."""


def asset(relative: str) -> Path:
    """Return the path of a data file or folder, such as `schemas/kubernetes/v1.35.json`.

    Raises AssetError when it is missing, or when the name is not a plain path below one of FOLDERS.
    """
    parts = relative.split("/")
    if parts[0] not in FOLDERS or not {"", ".", ".."}.isdisjoint(parts):
        raise AssetError(f"{relative!r} does not name a data file: give a plain path below {' or '.join(FOLDERS)}")
    for root in _ROOTS:
        path = root / relative
        if path.exists():
            return path
    looked = " and ".join(map(str, _ROOTS))
    raise AssetError(f"data file {relative!r} is missing from this installation (looked in {looked}): reinstall kedge")


def asset_text(relative: str) -> str:
    """Return the text of a data file."""
    return asset(relative).read_bytes().decode()


def asset_table(relative: str) -> dict[str, Any]:
    """Return what a data file in TOML says."""
    return tomli.loads(asset_text(relative))
