"""Retention over failed weekends against an oracle that walks two years of starts."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from compiler.proofs.retention import worst_weekend
from compiler.proofs.schedules import Stream, streams
from compiler.values import cron
from tests.unit.proofs.specs import spec

UTC = datetime.UTC


def stream(schedule: str, zone: str) -> Stream:
    found = streams(
        spec(f'backups: {{etcd: {{schedule: "{schedule}", timeZone: {zone}}}}}'),
    )
    return found[0]


def longest(one: Stream) -> int:
    """The oracle: every start of two years, every Friday 18:00 and the Monday 09:00 after it, by the zone's clock."""
    first = datetime.datetime(cron.HORIZON[0], 1, 1, tzinfo=UTC)
    end = datetime.datetime(cron.HORIZON[0] + 2, 1, 1, tzinfo=UTC)
    starts = cron.runs_between(one.schedule, one.zone, one.consumer, first, end)
    zone, needed = ZoneInfo(one.zone), 0
    day = first.date() + datetime.timedelta(seconds=one.gap.seconds)
    while day < end.date() - datetime.timedelta(days=7):
        if day.weekday() == 4:
            evening = datetime.datetime.combine(day, datetime.time(18), zone).astimezone(UTC)
            monday = datetime.datetime.combine(day + datetime.timedelta(3), datetime.time(9), zone).astimezone(UTC)
            last = max(start for start in starts if evening - datetime.timedelta(days=40) < start < evening)
            needed = max(needed, int((monday - last).total_seconds()))
        day += datetime.timedelta(days=1)
    return needed


@pytest.mark.parametrize("zone", ["Etc/UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("schedule", ["0 */6 * * *", "30 2 * * *", "15 18 * * 5", "0 4 1,15 * *"])
def test_worst_weekend_is_the_worst_of_two_years(schedule: str, zone: str) -> None:
    one = stream(schedule, zone)
    assert worst_weekend(one).needed == longest(one)


def test_run_at_the_very_hour_the_weekend_begins_has_failed_too() -> None:
    weekend = worst_weekend(stream("0 18 * * *", "Etc/UTC"))
    assert weekend.needed == (3 * 24 - 9 + 24) * 3600


def test_run_a_minute_before_the_weekend_counts() -> None:
    weekend = worst_weekend(stream("59 17 * * *", "Etc/UTC"))
    assert weekend.needed == (3 * 24 - 9) * 3600 + 60
