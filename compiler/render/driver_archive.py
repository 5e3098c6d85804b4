"""The driver of the rescue kit as one file, which needs no kedge: packed from `compiler/rescue`, the same bytes each time."""

import io
from functools import cache
from pathlib import Path

from compiler import rescue

_FIRST_LINE = b"#!/usr/bin/env python3\n"
_DATE = (1980, 1, 1, 0, 0, 0)
"""The first that an archive can hold."""

_MAIN = "from compiler.rescue.main import main\n\nraise SystemExit(main())\n"


@cache
def packed() -> bytes:
    """Return the archive; it is not compressed, so that it is easy to read and the same under every version of zlib."""
    import zipfile  # with what it brings 8 ms, which a command that writes nothing does not pay

    package = Path(rescue.__file__).parent
    files = {f"compiler/rescue/{file.name}": file.read_bytes() for file in package.glob("*.py")}
    files |= {"compiler/__init__.py": b"", "__main__.py": _MAIN.encode()}
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system = 3  # what made it must not show in the bytes
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return _FIRST_LINE + content.getvalue()
