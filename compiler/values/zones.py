"""Time zones: canonical names, and when their clocks switch.

Zone data comes from the pinned tzdata package, never from the machine; that a consumer's own data says the same is
an assumption that the pages state.
"""

from bisect import bisect_right
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, reset_tzpath

import tzdata  # type: ignore[import-untyped]  # a package of data, it ships no types
from msgspec import Struct

reset_tzpath(())

_DATA = Path(tzdata.__path__[0], "zoneinfo")  # read by path: importlib.resources costs 12 ms to import

FIRST_YEAR, LAST_YEAR = 2024, 2061
"""A clock is computed for [FIRST_YEAR, LAST_YEAR); outside, the nearest known offset applies."""

_PROBE = 14 * 86_400
"""Distance of probes for switches, in seconds: no zone of the package switches there and back within two weeks."""


class Clock(Struct, frozen=True):
    """A zone's offsets: `offsets[i]` (seconds east of UTC) holds from `begins[i]` (UTC seconds since 1970) on."""

    begins: tuple[int, ...]
    offsets: tuple[int, ...]

    def offset(self, utc: int) -> int:
        """Seconds east of UTC at an instant."""
        return self.offsets[bisect_right(self.begins, utc, 1) - 1]

    def switches(self, begin: int, end: int) -> tuple[int, ...]:
        """Instants strictly between two instants at which the offset changes."""
        return tuple(at for at in self.begins[1:] if begin < at < end)


@lru_cache(maxsize=512)
def clock(name: str) -> Clock:
    """The clock of a canonical zone; ValueError for another name, as from `zone`."""
    info = zone_info(name)
    begin, end = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (FIRST_YEAR, LAST_YEAR))
    begins, offsets = [begin], [_offset(info, begin)]
    for probe in range(begin, end, _PROBE):
        if _offset(info, probe + _PROBE) != offsets[-1]:
            begins.append(_switch(info, probe, probe + _PROBE))
            offsets.append(_offset(info, begins[-1]))
    return Clock(tuple(begins), tuple(offsets))


@lru_cache(maxsize=512)
def zone_info(name: str) -> ZoneInfo:
    """The zone that `datetime` takes, for a canonical name; ValueError for another. `ZoneInfo(name)` would import more."""
    with _DATA.joinpath(*zone(name).split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def is_zone(name: str) -> bool:
    """Whether a name is canonical: UTC, Etc/UTC, or a place of the package's zone.tab (no `EST`, `CET`, `Local`)."""
    return name in _names()


def zone(name: str) -> str:
    """The name itself if it is canonical; otherwise ValueError with one sentence that names the closest."""
    if is_zone(name):
        return name
    raise ValueError(f"time zone {name[:64]!r} is not a canonical IANA name; write {_advice(name[:64])}")


def _offset(info: ZoneInfo, utc: int) -> int:
    delta = datetime.fromtimestamp(utc, info).utcoffset()
    assert delta is not None  # noqa: S101 - a ZoneInfo always has an offset
    return delta.days * 86_400 + delta.seconds


def _switch(info: ZoneInfo, before: int, after: int) -> int:
    """The first second of the new offset, by bisection over whole minutes."""
    old = _offset(info, before)
    while after - before > 60:
        middle = (before + after) // 120 * 60
        before, after = (middle, after) if _offset(info, middle) == old else (before, middle)
    return after


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    table = (_DATA / "zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return frozenset(row[2] for row in rows) | {"UTC", "Etc/UTC"}


def _advice(name: str) -> str:
    from difflib import get_close_matches

    known = {part.casefold(): full for full in sorted(_names()) for part in (full, full.rpartition("/")[2])}
    close = get_close_matches(name.casefold(), known, n=1, cutoff=0.75)
    return known[close[0]] if close else "UTC or a place, such as Europe/Berlin"
