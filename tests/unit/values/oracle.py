"""A slow second opinion on starts: walk every minute of a zone and compare its clock with the schedule."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from compiler.values.cron import Cron


class Minute(NamedTuple):
    """One minute: its instant, and what the wall clock shows."""

    utc: int
    minute: int
    hour: int
    day: int
    month: int
    weekday: int


@lru_cache(maxsize=4)
def minutes(zone: str, year: int) -> list[Minute]:
    """Every minute of a year in UTC."""
    begin, end = (int(datetime(y, 1, 1, tzinfo=UTC).timestamp()) for y in (year, year + 1))
    info = ZoneInfo(zone)
    shown = ((utc, datetime.fromtimestamp(utc, info)) for utc in range(begin, end, 60))
    return [Minute(u, t.minute, t.hour, t.day, t.month, t.isoweekday() % 7) for u, t in shown]


def matches(cron: Cron, zone: str, year: int) -> list[int]:
    """The instants of a year, in UTC seconds, at which the wall clock matches."""
    return [
        at.utc
        for at in minutes(zone, year)
        if cron.minutes >> at.minute & 1
        and cron.hours >> at.hour & 1
        and cron.days >> at.day & 1
        and cron.months >> at.month & 1
        and cron.weekdays >> at.weekday & 1
    ]
