"""The floor: a process that reads an archive and writes its files, and does nothing else. Usage: floor.py ARCHIVE TARGET.

The archive is a row of marshalled pairs (path, bytes), so that nothing need be imported to read it.
"""

import marshal
import os
import sys


def main(archive: str, target: str) -> None:
    """Write every file of an archive below an existing folder."""
    made = {target}
    with open(archive, "rb") as source:  # noqa: PTH123 - pathlib costs more than what is measured here
        while True:
            try:
                path, content = marshal.load(source)
            except EOFError:
                return
            path = f"{target}/{path}"
            _make(path.rpartition("/")[0], made)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
            os.write(descriptor, content)
            os.close(descriptor)


def _make(folder: str, made: set[str]) -> None:
    if folder not in made:
        _make(folder.rpartition("/")[0], made)
        os.mkdir(folder)  # noqa: PTH102 - as above
        made.add(folder)


main(sys.argv[1], sys.argv[2])
