"""systemd's reading of a schedule: the OnCalendar text, and its starts at the clock switches."""

from datetime import UTC, datetime

import pytest

from compiler.values.cron import Consumer, largest_gap, on_calendar, parse, starts
from compiler.values.cron.calendar import MISREAD

TEXTS = [
    ("*/30 * * * *", "UTC", "*-*-* *:00,30:00 UTC"),
    ("* * * * *", "Etc/UTC", "*-*-* *:*:00 UTC"),
    ("5 */2 * * *", "Europe/Madrid", "*-*-* 00,02,04,06,08,10,12,14,16,18,20,22:05:00 Europe/Madrid"),
    ("30 2 * * 1-5", "UTC", "Mon,Tue,Wed,Thu,Fri *-*-* 02:30:00 UTC"),
    ("0 0 * * 0", "UTC", "Sun *-*-* 00:00:00 UTC"),
    ("0 3 1,15 * *", "UTC", "*-*-01,15 03:00:00 UTC"),
    ("0 3 29 2 *", "UTC", "*-02-29 03:00:00 UTC"),
]


@pytest.mark.parametrize(("text", "zone", "expected"), TEXTS)
def test_a_schedule_is_written_as_systemd_reads_it(text: str, zone: str, expected: str) -> None:
    assert on_calendar(parse(text), zone) == expected


def _found(text: str, begin: datetime, count: int) -> list[str]:
    found = starts(parse(text), "Europe/Berlin", Consumer.SYSTEMD, begin, count)
    return [start.strftime("%d %H:%M") for start in found]


def test_a_time_that_the_spring_switch_skips_does_not_run() -> None:
    assert _found("30 2 * * *", datetime(2027, 3, 26, 12, tzinfo=UTC), 2) == ["27 01:30", "29 00:30"]


def test_an_hour_that_the_autumn_switch_repeats_runs_at_its_first_pass_only() -> None:
    assert _found("*/30 * * * *", datetime(2027, 10, 30, 23, 50, tzinfo=UTC), 3) == ["31 00:00", "31 00:30", "31 02:00"]


def test_the_largest_gap_holds_the_repeated_hour() -> None:
    assert largest_gap(parse("*/30 * * * *"), "Europe/Berlin", Consumer.SYSTEMD).seconds == 5400
    assert largest_gap(parse("*/30 * * * *"), "UTC", Consumer.SYSTEMD).seconds == 1800
    assert largest_gap(parse("30 2 * * *"), "Europe/Berlin", Consumer.SYSTEMD).seconds == 47 * 3600
    assert largest_gap(parse("0 3 29 2 *"), "UTC", Consumer.SYSTEMD).seconds == 1461 * 86400


@pytest.mark.parametrize("zone", sorted(MISREAD))
def test_a_zone_that_systemd_misreads_is_refused(zone: str) -> None:
    with pytest.raises(
        ValueError, match=f"systemd misreads the clock switches of {zone}; write the schedule in Etc/UTC"
    ):
        largest_gap(parse("30 2 * * *"), zone, Consumer.SYSTEMD)
    with pytest.raises(ValueError, match="systemd misreads"):
        on_calendar(parse("30 2 * * *"), zone)
