"""The portable cron grammar: what robfig v3, go-cron v0.15 and kube-state-metrics all read, and read the same.

Narrower than each of them. Sources: robfig/cron v3.0.1 parser.go, netresearch/go-cron v0.15.0 parser.go,
kube-state-metrics issues 2967 and 2988.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from msgspec import Struct

LONGEST_TEXT = 256
"""Enough for a list of all sixty minutes; go-cron stops at 1024."""

DESCRIPTORS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}

_LONGEST_MONTH = {1: 31, 2: 29, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}
_ITEM = re.compile(
    r"(?P<low>\*|[0-9]{1,2}|[a-z]{3})(?:-(?P<high>[0-9]{1,2}|[a-z]{3}))?(?:/(?P<step>[0-9]{1,4}))?", re.ASCII
)
_EVERY_DAY = sum(1 << day for day in range(1, 32))
_EVERY_MONTH = sum(1 << month for month in range(1, 13))
_EVERY_WEEKDAY = 0b1111111


@dataclass(frozen=True, slots=True)
class Cron:
    """A schedule: one bit per admitted value, bit n for value n. Two texts of one meaning are equal.

    `minutes` 0-59, `hours` 0-23, `days` 1-31, `months` 1-12, `weekdays` 0-6 from Sunday. `text` is what was written,
    single spaces between its fields. A day must match both `days` and `weekdays`; one of them always admits all.
    """

    minutes: int
    hours: int
    days: int
    months: int
    weekdays: int
    text: str = field(compare=False)

    @property
    def is_weekly(self) -> bool:
        """Whether every week is like the next: it leaves out no day of the month and no month."""
        return self.days == _EVERY_DAY and self.months == _EVERY_MONTH

    @property
    def is_daily(self) -> bool:
        """Whether every day is like the next: it leaves out no day at all."""
        return self.is_weekly and self.weekdays == _EVERY_WEEKDAY


class _Field(Struct, frozen=True):
    """One of the five places: its name, bounds and names of values."""

    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of month", 1, 31),
    _Field("month", 1, 12, ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
    _Field("weekday", 0, 6, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
)


@lru_cache(maxsize=4096)
def parse(text: str) -> Cron:
    """The schedule that a text stands for; ValueError with one sentence that says what to write instead."""
    _refuse_foreign(text)
    clean = " ".join(text.split())
    fields = DESCRIPTORS.get(clean, clean).split(" ")
    if len(fields) != 5:
        raise ValueError(_why_not_five(clean, len(fields)))
    minutes, hours, days, months, weekdays = map(_bits, _FIELDS, fields)
    _refuse_two_day_fields(fields)
    _refuse_never(days, months, clean)
    return Cron(minutes, hours, days, months, weekdays, text=clean)


def _refuse_foreign(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"schedule has {len(text)} characters and may have {LONGEST_TEXT}; write ranges and steps")
    if text.lstrip().startswith(("TZ=", "CRON_TZ=")):
        raise ValueError(f"schedule {text!r} carries its own time zone; write the zone in the field for it")
    for sign, word in (("?", "'*'"), ("#", "a day of the month"), ("\t", "spaces"), ("\n", "spaces")):
        if sign in text:
            raise ValueError(f"schedule {text!r} holds {sign!r}, which not every reader takes; write {word} instead")


def _why_not_five(text: str, count: int) -> str:
    if text.startswith("@every"):
        return f"schedule {text!r} drifts with each restart of its reader; write fixed times, such as '0 */6 * * *'"
    if text.startswith("@"):
        return f"schedule {text!r} is not a known word; write one of {', '.join(DESCRIPTORS)}"
    if count == 6:
        return f"schedule {text!r} has six fields; leave out the seconds: minute, hour, day of month, month, weekday"
    found = count if text else 0
    return f"schedule {text!r} has {found} fields; write five: minute, hour, day of month, month, weekday"


def _bits(place: _Field, text: str) -> int:
    bits = 0
    for item in text.split(","):
        bits |= _item_bits(place, item)
    return bits


def _item_bits(place: _Field, item: str) -> int:
    match = _ITEM.fullmatch(item.lower())
    if match is None or (match["low"] == "*" and match["high"]):
        raise ValueError(f"{place.name} {item!r} is not readable; write {_example(place)}")
    low, high = _range(place, match)
    step = int(match["step"] or 1)
    if step == 0 or (step > 1 and step > high - low):
        raise ValueError(f"{place.name} {item!r} has a step outside 1-{max(high - low, 1)}; {_step_advice(high - low)}")
    return sum(1 << value for value in range(low, high + 1, step))


def _range(place: _Field, match: re.Match[str]) -> tuple[int, int]:
    """First and last value of an item, before its step."""
    if match["low"] == "*":
        return place.low, place.high
    low = _value(place, match["low"], match[0])
    if match["high"]:
        high = _value(place, match["high"], match[0])
        if low > high:
            ranges = _two_ranges(place, match)
            raise ValueError(f"{place.name} {match[0]!r} runs backwards; write two ranges, such as {ranges}")
        return low, high
    if match["step"] and place.name == "weekday":
        # go-cron counts weekdays up to 7 here and would add Sunday to what robfig reads
        raise ValueError(f"weekday {match[0]!r} is read in two ways; write its range, such as {low}-6/{match['step']}")
    return low, place.high if match["step"] else low


def _value(place: _Field, word: str, item: str) -> int:
    if word in place.names:
        return place.low + place.names.index(word)
    if not word.isdigit():
        raise ValueError(f"{place.name} {item!r} is not readable; write {_example(place)}")
    if place.name == "weekday" and int(word) == 7:
        raise ValueError(f"weekday {item!r} says 7, which Kubernetes refuses; write 0 or sun for Sunday")
    if not place.low <= int(word) <= place.high:
        raise ValueError(f"{place.name} {item!r} is outside {place.low}-{place.high}; write {_example(place)}")
    return int(word)


def _refuse_two_day_fields(fields: list[str]) -> None:
    # Readers differ on what "restricted" means (`*/2`, `1-31` are, `*`, `*/1` are not), and OR or AND follows from it.
    if not any(item in ("*", "*/1") for text in (fields[2], fields[4]) for item in text.split(",")):
        raise ValueError(
            f"schedule {' '.join(fields)!r} restricts both day fields, which Kubernetes reads as OR and newer Velero "
            "as AND; write '*' in one of them, or two schedules"
        )


def _refuse_never(days: int, months: int, text: str) -> None:
    comes = any(months >> month & 1 and days & ((1 << last + 1) - 1) for month, last in _LONGEST_MONTH.items())
    if not comes:
        raise ValueError(f"schedule {text!r} names a date that never comes; write a day that the month has, such as 28")


def _example(place: _Field) -> str:
    names = f", or {place.names[0]}-{place.names[-1]}" if place.names else ""
    step = min(5, place.high // 2)
    return f"'*', numbers {place.low}-{place.high}{names}, ranges, lists or steps, such as '*/{step}'"


def _two_ranges(place: _Field, match: re.Match[str]) -> str:
    last, first = (place.names[-1], place.names[0]) if place.names else (str(place.high), str(place.low))
    return f"{match['low']}-{last},{first}-{match['high']}"


def _step_advice(width: int) -> str:
    return "write a smaller step, or the one value alone" if width > 1 else "write the values as a list"
