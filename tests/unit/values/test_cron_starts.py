"""Start times of each consumer, at clock switches above all."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.values.cron import Consumer, Cron, next_after, parse, runs_between, starts
from tests.unit.values.oracle import matches
from tests.unit.values.strategies import ZONES, crons

KUBERNETES, ROBFIG, GOCRON = Consumer.KUBERNETES, Consumer.VELERO_ROBFIG, Consumer.VELERO_GOCRON
LIBRARIES = [
    consumer for consumer in Consumer if consumer is not Consumer.SYSTEMD
]  # systemd's switches: test_cron_calendar.py
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


def _local(text: str, zone: str, consumer: Consumer, after: str, count: int) -> list[str]:
    import zoneinfo

    info = zoneinfo.ZoneInfo(zone)
    begin = datetime.fromisoformat(after).replace(tzinfo=info)
    found = starts(parse(text), zone, consumer, begin, count)
    return [f"{start.astimezone(info):%d.%m %H:%M%z}" for start in found]


@pytest.mark.parametrize(
    ("consumer", "expected"),
    [
        (KUBERNETES, ["27.03 02:30+0100", "29.03 02:30+0200"]),
        (ROBFIG, ["27.03 02:30+0100", "29.03 02:30+0200"]),
        (GOCRON, ["27.03 02:30+0100", "28.03 03:30+0200", "29.03 02:30+0200"]),
    ],
)
def test_a_time_that_spring_skips(consumer: Consumer, expected: list[str]) -> None:
    found = _local("30 2 * * *", "Europe/Berlin", consumer, "2027-03-26T12:00", len(expected))
    assert found == expected


@pytest.mark.parametrize("consumer", LIBRARIES)
def test_a_time_that_autumn_repeats_runs_twice(consumer: Consumer) -> None:
    found = _local("30 2 * * *", "Europe/Berlin", consumer, "2027-10-30T12:00", 3)
    assert found == ["31.10 02:30+0200", "31.10 02:30+0100", "01.11 02:30+0100"]


@pytest.mark.parametrize("consumer", list(Consumer))
def test_a_midnight_that_spring_skips_is_left_out_by_all(consumer: Consumer) -> None:
    found = _local("30 0 * * *", "Africa/Cairo", consumer, "2027-04-28T12:00", 2)
    assert found == ["29.04 00:30+0200", "01.05 00:30+0300"]


@pytest.mark.parametrize("consumer", LIBRARIES)
def test_a_half_hour_switch_leaves_out_a_later_hour_of_that_day(consumer: Consumer) -> None:
    found = _local("0 3 * * *", "Australia/Lord_Howe", consumer, "2027-10-02T12:00", 2)
    assert found == ["04.10 03:00+1100", "05.10 03:00+1100"]


@pytest.mark.parametrize("consumer", LIBRARIES)
def test_a_schedule_that_its_reader_does_not_get_past_a_switch_is_refused(consumer: Consumer) -> None:
    before = datetime(2037, 4, 3, tzinfo=UTC)
    assert len(starts(parse("59 3 * * *"), "Pacific/Chatham", consumer, before, 2)) == 2
    with pytest.raises(ValueError, match="is not read past the clock switch of 2037-04-04; write it in UTC"):
        starts(parse("59 3 * * *"), "Pacific/Chatham", consumer, before, 3)


def test_lists_the_runs_of_a_window_with_its_first_instant_and_without_its_last() -> None:
    begin, end = datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, 12, tzinfo=UTC)
    runs = runs_between(parse("0 */6 * * *"), "UTC", KUBERNETES, begin, end)
    assert [run.hour for run in runs] == [0, 6]


def test_the_next_start_is_later_than_the_instant() -> None:
    noon = datetime(2027, 1, 1, 12, tzinfo=UTC)
    assert next_after(parse("0 12 * * *"), "UTC", KUBERNETES, noon) == datetime(2027, 1, 2, 12, tzinfo=UTC)


def test_refuses_a_year_for_which_it_has_no_clock() -> None:
    with pytest.raises(ValueError, match="is outside 2024-2054, for which clock switches are known"):
        next_after(parse("@daily"), "UTC", KUBERNETES, datetime(2070, 1, 1, tzinfo=UTC))


@given(crons(), st.sampled_from(ZONES), st.sampled_from(list(Consumer)), INSTANTS)
@settings(max_examples=60, deadline=None)
def test_starts_ascend_by_whole_minutes(cron: Cron, zone: str, consumer: Consumer, after: datetime) -> None:
    found = [after, *starts(cron, zone, consumer, after, 5)]
    assert all(earlier < later for earlier, later in pairwise(found))
    assert all(start.second == start.microsecond == 0 for start in found[1:])


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Africa/Casablanca"])
@pytest.mark.parametrize("text", ["30 2 * * *", "*/15 1-3 * * *", "0 3 * * 0", "15 2 31 * *", "0 */6 * * 1-5"])
def test_robfig_starts_whenever_the_clock_matches(zone: str, text: str) -> None:
    cron = parse(text)
    begin, end = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    found = [int(run.timestamp()) for run in runs_between(cron, zone, KUBERNETES, begin, end)]
    assert found == matches(cron, zone, 2027)


@given(crons(), st.sampled_from(ZONES), INSTANTS)
@settings(max_examples=40, deadline=None)
def test_gocron_starts_whenever_robfig_does(cron: Cron, zone: str, after: datetime) -> None:
    robfig = starts(cron, zone, ROBFIG, after, 5)
    gocron = runs_between(cron, zone, GOCRON, robfig[0], robfig[-1])
    assert set(robfig[:-1]) <= set(gocron)
