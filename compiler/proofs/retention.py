"""Retention over a weekend: on Monday 09:00, is there still a restore point from before Friday 18:00, if every run since then failed?"""

import datetime
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from compiler.proofs.schedules import Stream
from compiler.values import cron, zones

FRIDAY = 4
FRIDAY_EVENING = datetime.time(18)
MONDAY_MORNING = datetime.time(9)
WEEKEND = datetime.timedelta(days=3)
WEEK = datetime.timedelta(days=7)
WEEKS = 2 * 52


class Weekend(Struct, frozen=True):
    """The weekend that needs the longest retention: the last start before it, and the Monday when someone looks; both in UTC."""

    last_start: datetime.datetime
    monday: datetime.datetime

    @property
    def needed(self) -> int:
        """Seconds that the restore point must be kept until someone looks."""
        return int((self.monday - self.last_start).total_seconds())


def min_retention(stream: Stream) -> int:
    """Return the seconds that a restore point must be kept: over the worst weekend, and for as long as the restore may take."""
    return worst_weekend(stream).needed + (stream.rto or 0)


def worst_weekend(stream: Stream) -> Weekend:
    """Return the weekend of two years that needs the longest retention of a stream, in the stream's own zone."""
    return _worst(stream.schedule, stream.zone, stream.consumer, stream.gap.seconds)


@lru_cache(maxsize=512)
def _worst(schedule: cron.Cron, zone: str, consumer: cron.Consumer, gap: int) -> Weekend:
    weekends: dict[tuple[int, int | None], Weekend] = {}
    for week, (evening, monday) in enumerate(_weekends(zone, gap)):
        offset = _offset(zone, evening, monday, gap)
        # Where every week is like the next and no clock switches, one weekend is enough for all of the same offset.
        alike = (0, offset) if schedule.is_weekly and offset is not None else (week, None)
        if alike not in weekends:
            weekends[alike] = Weekend(_last_before(schedule, zone, consumer, gap, evening), monday)
    return max(weekends.values(), key=lambda weekend: weekend.needed)


def _weekends(zone: str, gap: int) -> Iterator[tuple[datetime.datetime, datetime.datetime]]:
    """Yield each Friday evening and Monday morning of two years, in UTC."""
    local = zones.zone_info(zone)
    # The first start of the horizon may be a whole gap away, so the weekends begin after it.
    day = datetime.date(cron.HORIZON[0], 1, 1) + datetime.timedelta(seconds=gap)
    friday = day + datetime.timedelta((FRIDAY - day.weekday()) % 7)
    for week in range(WEEKS):
        evening = datetime.datetime.combine(friday + week * WEEK, FRIDAY_EVENING, local)
        monday = datetime.datetime.combine(friday + week * WEEK + WEEKEND, MONDAY_MORNING, local)
        yield evening.astimezone(datetime.UTC), monday.astimezone(datetime.UTC)


def _offset(zone: str, evening: datetime.datetime, monday: datetime.datetime, gap: int) -> int | None:
    """Return the zone's offset over a weekend and the gap before it, or None where the clock switches within."""
    clock = zones.clock(zone)
    begin, end = (clock.offset(int(at.timestamp())) for at in (evening - datetime.timedelta(1, gap), monday))
    return begin if begin == end else None


def _last_before(
    schedule: cron.Cron, zone: str, consumer: cron.Consumer, gap: int, end: datetime.datetime
) -> datetime.datetime:
    """Return the last start before an instant. Short windows first: a dense schedule is found in the last hour."""
    for seconds in (3600, 86400, gap + 1):
        runs = cron.runs_between(schedule, zone, consumer, end - datetime.timedelta(seconds=seconds), end)
        if runs:
            return runs[-1]
    raise ValueError(f"no start of {schedule.text!r} within its own largest gap")
