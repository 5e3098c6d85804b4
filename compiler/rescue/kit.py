"""The kit: the cluster's data, the order of its procedures, and the files that go to a host, all below one folder."""

from __future__ import annotations

import hashlib
import io
import re
import shlex
import tarfile
from pathlib import Path
from typing import NamedTuple

SUMS = "SHA256SUMS"
DIGEST = "KIT"
PROGRAM = "kedge-rescue"
CLEAN = "clean"
"""The phase that removes old data, a day later."""

_SUM = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9][A-Za-z0-9._/-]*)")


class Stop(Exception):
    """What ends a run: the text of its last line, which says what to do."""


class Usage(Exception):
    """A wrong command line: what is wrong with it."""


class Step(NamedTuple):
    """A step of a procedure.

    `meanwhile`: it is done while the step before waits; `prepares`: it makes the working folder of its place; `leads_to`: the
    step that the page goes on with when it fails, empty for STOP; `digest`: of its shell.
    """

    phase: str
    slug: str
    place: str
    kind: str
    meanwhile: bool
    prepares: bool
    leads_to: str
    digest: str

    @property
    def in_turn(self) -> bool:
        """Whether it is tried on one host before the others: what destroys is."""
        return self.place == "each_member" and self.kind == "destructive"


class Kit:
    """A folder with a kit whose sums hold. Raises Stop where they do not."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not (folder / SUMS).is_file():
            raise Usage(f"there is no kit in {folder}: say where it is with --kit DIR")
        self.files = _checked(folder)
        self.values = _values((folder / "cluster").read_text("utf-8"))
        self.digest = (folder / DIGEST).read_text("utf-8").split()[0]

    @property
    def cluster(self) -> str:
        """Name of the cluster."""
        return self.values["CLUSTER"]

    @property
    def members(self) -> dict[str, str]:
        """Address of each control-plane host by its name."""
        pairs = (pair.partition("=") for pair in self.values["MEMBERS"].split())
        return {name: address.strip("[]") for name, _, address in pairs}

    @property
    def procedures(self) -> list[str]:
        """Names of the procedures."""
        return self.values["PROCEDURES"].split()

    @property
    def stores(self) -> list[str]:
        """Names of the stores of the snapshots."""
        return self.values.get("STORES", "").split()

    def steps(self, procedure: str) -> list[Step]:
        """Return the steps of a procedure in their order."""
        variable = procedure.replace("-", "_")
        fails = dict(pair.split("=", 1) for pair in self.values.get(f"{variable}_fails", "").split())
        return [self._step(word.split(":"), fails) for word in self.values[variable].split()]

    def archive(self) -> bytes:
        """Return the files of the kit as a tar archive, for a host that has none."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for name in (*self.files, SUMS, DIGEST):
                archive.add(str(self.folder / name), name, filter=_as_root)
        return packed.getvalue()

    def _step(self, parts: list[str], fails: dict[str, str]) -> Step:
        phase, slug, place, kind = parts[:4]
        return Step(
            phase=phase,
            slug=slug,
            place=place,
            kind=kind,
            meanwhile="meanwhile" in parts[4:],
            prepares=slug in self.values.get("PREPARES", "").split(),
            leads_to=fails.get(slug, ""),
            digest="sha256:" + _sum(self.folder / "steps" / f"{slug}.sh"),
        )


def _checked(folder: Path) -> list[str]:
    if _sum(folder / SUMS) != (folder / DIGEST).read_text("utf-8").strip():
        raise Stop(f"the kit in {folder} is damaged ({SUMS}): take it again from Git")
    names = []
    for line in (folder / SUMS).read_text("utf-8").splitlines():
        found = _SUM.fullmatch(line)
        name = found[2] if found else ""
        if not found or ".." in name or not (folder / name).is_file() or _sum(folder / name) != found[1]:
            raise Stop(f"the kit in {folder} is damaged ({name or 'a line of ' + SUMS}): take it again from Git")
        names.append(name)
    return [name for name in names if name != DIGEST]


def _sum(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _values(text: str) -> dict[str, str]:
    words = (word.partition("=") for word in shlex.split(text, comments=True))
    return {name: value for name, _, value in words}


def _as_root(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    return entry
