"""Durations: read what people write, print what Go, Prometheus and people read.

A duration is a whole number of seconds, zero or more.
"""

import re

MAX_SECONDS = 36_500 * 86_400
"""Upper bound, 100 years in seconds; Go's int64 nanoseconds end at 292 years."""

LONGEST_TEXT = 40
_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_PROMETHEUS_UNITS = {"y": 31_536_000, **_UNITS}
_EXACT_ONLY = ("y", "w")
_TEXT = re.compile("".join(f"(?:([0-9]{{1,10}}){unit})?" for unit in _UNITS), re.ASCII)


def parse(text: str) -> int:
    """Seconds of `30d`, `2w`, `1h30m`, `45s`, `720h0m0s`: w, d, h, m, s, each once, largest first.

    Raises ValueError with one sentence; an exact day has 86,400 s (no clock changes).
    """
    match = _TEXT.fullmatch(text) if 0 < len(text) <= LONGEST_TEXT else None
    if match is None:
        raise ValueError(_why_not(text))
    seconds = sum(int(count) * size for count, size in zip(match.groups("0"), _UNITS.values(), strict=True))
    if seconds > MAX_SECONDS:
        raise ValueError(f"duration {text!r} is longer than 100 years; the longest is 36500d")
    return seconds


def go(seconds: int) -> str:
    """Go's canonical text, as time.Duration.String prints it: `720h0m0s`, `1m0s`, `45s`, `0s`."""
    hours, minutes, rest = seconds // 3_600, seconds // 60 % 60, seconds % 60
    if hours:
        return f"{hours}h{minutes}m{rest}s"
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"


def prometheus(seconds: int) -> str:
    """Prometheus' canonical text, as model.Duration.String prints it: `30d`, `1w`, `1h30m`, `0s`.

    Years and weeks only where nothing remains (prometheus/common model/time.go).
    """
    return _spell(seconds, {unit: size for unit, size in _PROMETHEUS_UNITS.items() if _fits(seconds, unit, size)})


def words(seconds: int) -> str:
    """The short exact form for people: `14d`, `1h30m`, `1d12h`, `0s`; `parse` reads it back."""
    return _spell(seconds, {unit: size for unit, size in _UNITS.items() if unit != "w"})


def _fits(seconds: int, unit: str, size: int) -> bool:
    return unit not in _EXACT_ONLY or seconds % size == 0


def _spell(seconds: int, units: dict[str, int]) -> str:
    parts = []
    for unit, size in units.items():
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def _why_not(text: str) -> str:
    shown = repr(text[:LONGEST_TEXT])
    if text.isascii() and text.isdigit() and len(text) <= LONGEST_TEXT:
        return f"duration {shown} has no unit; write {text}s, {text}m, {text}h or {text}d"
    if text.startswith("-"):
        return f"duration {shown} is negative; write zero or more, such as 90m"
    if "." in text:
        return f"duration {shown} has a fraction; write whole numbers, such as 1h30m instead of 1.5h"
    return f"duration {shown} is not readable; write numbers with w, d, h, m, s, largest first, such as 30d or 1h30m"
