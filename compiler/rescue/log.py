"""The log on the workstation: everything that was shown, with its time, without secrets."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from pathlib import Path

from compiler.rescue.text import without_secrets

NAME = "driver-log"


class Log:
    """A file that only its owner reads; each run appends."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = folder / NAME
        self._file = os.open(str(self.path), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, text: str) -> None:
        """Append one line."""
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        os.write(self._file, f"{now} {without_secrets(text)}\n".encode("utf-8", "backslashreplace"))
