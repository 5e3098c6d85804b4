"""What hatch runs when it builds a wheel: the wheel carries a digest of its own sources, which `kedge version` and records state."""

import hashlib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = ("compiler", "record", "schemas", "templates")
DIGITS = 12
"""Hexadecimal digits of the digest that are stated: no two builds share them by chance."""


class SourcesHook(BuildHookInterface[Any]):
    """Adds `compiler/_data/build` to a wheel; an editable install, whose sources change under it, gets none."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the digest beside the wheel and have it included."""
        if version == "editable":
            return
        stated = self._stated()
        stated.parent.mkdir(parents=True, exist_ok=True)
        stated.write_text(digest(Path(self.root))[:DIGITS])
        build_data["force_include"][str(stated)] = "compiler/_data/build"

    def finalize(self, _version: str, _build_data: dict[str, Any], _artifact_path: str) -> None:
        """Remove what only the wheel needs."""
        self._stated().unlink(missing_ok=True)

    def _stated(self) -> Path:
        return Path(self.directory) / "kedge-build"


def digest(root: Path) -> str:
    """Return the SHA-256 of the paths and contents of everything that a wheel is made of, in hex."""
    found = hashlib.sha256()
    files = (path for folder in SOURCES for path in (root / folder).rglob("*") if path.is_file())
    for path in sorted(path for path in files if "__pycache__" not in path.parts):
        content = path.read_bytes()
        found.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode() + content)
    return found.hexdigest()
