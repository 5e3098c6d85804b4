"""systemd timers: a schedule as an OnCalendar expression, and its next start as systemd finds it.

systemd searches on the wall clock and only forwards (calendarspec.c): a local time that the spring switch skips does not run, and the
hour that the autumn switch repeats runs once, at its first pass. Compared with `systemd-analyze calendar` of systemd 252.
"""

from datetime import date

from compiler.values import zones
from compiler.values.cron.grammar import Cron

MISREAD = frozenset({"Europe/Dublin", "Pacific/Chatham"})
"""Zones in which systemd 252 starts an hour off for days (summer time is the zone's standard time), or finds no next start at all (the
switch is at a quarter to the hour). Every other zone of tzdata was compared over its switches of 2027."""

SEARCH_DAYS = 5 * 366
"""Days after which a schedule of the grammar has started in any zone: the longest is a leap day's."""

_DAY = 86_400
_HOUR = 3_600
_EPOCH = date(1970, 1, 1).toordinal()
_WEEKDAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
_ALL_MINUTES, _ALL_HOURS, _ALL_WEEKDAYS = (1 << 60) - 1, (1 << 24) - 1, (1 << 7) - 1
_ALL_DAYS, _ALL_MONTHS = (1 << 32) - 2, (1 << 13) - 2


def on_calendar(cron: Cron, zone: str) -> str:
    """Return a schedule as the value of `OnCalendar=`, such as `*-*-* 02:30:00 Europe/Madrid`. It says the same, exactly."""
    refuse_misread(zone)
    week = ",".join(name for number, name in enumerate(_WEEKDAYS) if cron.weekdays >> number & 1)
    prefix = "" if cron.weekdays == _ALL_WEEKDAYS else f"{week} "
    date_part = f"*-{_field(cron.months, _ALL_MONTHS)}-{_field(cron.days, _ALL_DAYS)}"
    time_part = f"{_field(cron.hours, _ALL_HOURS)}:{_field(cron.minutes, _ALL_MINUTES)}:00"
    return f"{prefix}{date_part} {time_part} {'UTC' if zone == 'Etc/UTC' else zone}"


def refuse_misread(zone: str) -> None:
    """Raise ValueError for a zone whose switches systemd does not read right."""
    if zone in MISREAD:
        raise ValueError(f"systemd misreads the clock switches of {zone}; write the schedule in Etc/UTC")


def next_elapse(cron: Cron, clock: zones.Clock, after: int) -> int:
    """Return the first start later than an instant; both in UTC seconds since 1970."""
    local = after + clock.offset(after)
    for day in range(local // _DAY, local // _DAY + SEARCH_DAYS):
        if _runs_on(cron, day):
            for time in _times(cron):
                instant = _instant(clock, day * _DAY + time) if day * _DAY + time > local else None
                if instant is not None and instant > after:
                    return instant
    raise ValueError(f"schedule {cron.text!r} does not start within five years; write a more frequent one")


def _field(bits: int, every: int) -> str:
    values = [number for number in range(bits.bit_length()) if bits >> number & 1]
    return "*" if bits == every else ",".join(f"{value:02}" for value in values)


def _runs_on(cron: Cron, day: int) -> bool:
    today = date.fromordinal(day + _EPOCH)
    return bool(
        cron.months >> today.month & 1 and cron.days >> today.day & 1 and cron.weekdays >> today.isoweekday() % 7 & 1
    )


def _times(cron: Cron) -> list[int]:
    hours = (hour for hour in range(24) if cron.hours >> hour & 1)
    return [hour * _HOUR + minute * 60 for hour in hours for minute in range(60) if cron.minutes >> minute & 1]


def _instant(clock: zones.Clock, wall: int) -> int | None:
    """Return the first instant at which the clock shows a wall time, or None where it never does."""
    offsets = {clock.offset(wall - _DAY), clock.offset(wall + _DAY)}
    shown = [wall - offset for offset in offsets if clock.offset(wall - offset) == offset]
    return min(shown, default=None)
