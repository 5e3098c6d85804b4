"""The largest gap: known cases, and against walking every minute and every start."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from compiler.values import zones
from compiler.values.cron import Consumer, Cron, Gap, largest_gap, parse, runs_between
from compiler.values.cron.starts import next_utc
from compiler.values.duration import words
from tests.unit.values.oracle import matches
from tests.unit.values.strategies import ZONES, thin_crons

KUBERNETES, GOCRON = Consumer.KUBERNETES, Consumer.VELERO_GOCRON


@pytest.mark.parametrize(
    ("text", "zone", "consumer", "gap"),
    [
        ("* * * * *", "UTC", KUBERNETES, "1m"),
        ("*/30 * * * *", "UTC", KUBERNETES, "30m"),
        ("*/7 * * * *", "UTC", KUBERNETES, "7m"),
        ("0 9-17 * * *", "UTC", KUBERNETES, "16h"),
        ("0 0,23 * * *", "UTC", KUBERNETES, "23h"),
        ("@daily", "UTC", KUBERNETES, "1d"),
        ("0 22 * * 1-5", "UTC", KUBERNETES, "3d"),
        ("@weekly", "UTC", KUBERNETES, "7d"),
        ("@monthly", "UTC", KUBERNETES, "31d"),
        ("0 0 31 * *", "UTC", KUBERNETES, "61d"),
        ("0 0 30 * *", "UTC", KUBERNETES, "60d"),
        ("@yearly", "UTC", KUBERNETES, "366d"),
        ("0 0 29 2 *", "UTC", KUBERNETES, "1461d"),
        ("0 0 * 6 1", "UTC", KUBERNETES, "343d"),
        ("@daily", "Asia/Kolkata", KUBERNETES, "1d"),
        ("0 12 * * *", "Europe/Berlin", KUBERNETES, "1d1h"),
        ("30 2 * * *", "Europe/Berlin", KUBERNETES, "1d23h"),
        ("30 2 * * *", "Europe/Berlin", GOCRON, "1d"),
        ("30 2 * * 0", "Europe/Berlin", KUBERNETES, "13d23h"),
        ("30 2 29 3 *", "Europe/Berlin", KUBERNETES, "730d23h"),
        ("*/30 * * * *", "Europe/Berlin", KUBERNETES, "30m"),
        ("30 0 * * *", "Africa/Cairo", GOCRON, "1d23h"),
        ("0 3 * * *", "Australia/Lord_Howe", KUBERNETES, "2d30m"),
    ],
)
def test_known_gaps(text: str, zone: str, consumer: Consumer, gap: str) -> None:
    assert words(largest_gap(parse(text), zone, consumer).seconds) == gap


def test_names_both_starts_of_the_gap() -> None:
    assert largest_gap(parse("30 2 * * *"), "Europe/Berlin", KUBERNETES) == Gap(
        seconds=47 * 3600,
        start=datetime(2027, 3, 27, 1, 30, tzinfo=UTC),
        end=datetime(2027, 3, 29, 0, 30, tzinfo=UTC),
    )


def test_needs_starts_on_two_days_of_the_horizon() -> None:
    with pytest.raises(ValueError, match="starts on fewer than two days in 2027-2027; write a more frequent one"):
        largest_gap(parse("@yearly"), "UTC", KUBERNETES, (2027, 2028))


def test_refuses_a_schedule_that_never_advances_at_a_switch() -> None:
    with pytest.raises(ValueError, match="is not read past the clock switch of 2027-04-03; write it in UTC"):
        largest_gap(parse("59 3 * * *"), "Pacific/Chatham", KUBERNETES)


@pytest.mark.parametrize("zone", ZONES[:6])
def test_agrees_with_a_walk_over_every_minute(zone: str) -> None:
    texts = ["30 2 * * *", "*/15 * * * *", "0 0,23 * * *", "0 3 * * 1-5", "30 2 31 * *", "15 0 * * 5", "0 1-2 * 3,10 *"]
    if zone == "Australia/Lord_Howe":  # the consumers' own search leaves out runs there that the clock shows
        texts = ["*/15 * * * *"]
    for cron in map(parse, texts):
        expected = max(later - earlier for earlier, later in pairwise(matches(cron, zone, 2027)))
        assert largest_gap(cron, zone, KUBERNETES, (2027, 2028)).seconds == expected, cron


@given(thin_crons(), st.sampled_from(ZONES), st.sampled_from([KUBERNETES, GOCRON]), st.integers(2025, 2050))
@settings(max_examples=60, deadline=None)
def test_agrees_with_a_walk_over_every_start(cron: Cron, zone: str, consumer: Consumer, year: int) -> None:
    begin, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    runs = runs_between(cron, zone, consumer, begin, end)
    assume(runs and runs[-1] - runs[0] > timedelta(days=2))
    expected = max(later - earlier for earlier, later in pairwise(runs))
    found = largest_gap(cron, zone, consumer, (year, year + 1))
    assert timedelta(seconds=found.seconds) == found.end - found.start == expected


SWITCHING = [name for name in sorted(zones._names()) if len(zones.clock(name).begins) > 1]


@pytest.mark.parametrize(
    ("text", "consumer", "last_year"),
    [
        ("30 0 * * *", KUBERNETES, 2029),
        ("30 2 * * *", GOCRON, 2029),
        ("30 2 * * 0", KUBERNETES, 2035),
        ("0 3 1,31 * *", GOCRON, 2045),
        ("30 2 29 3 *", KUBERNETES, 2055),
    ],
)
def test_agrees_with_a_walk_over_every_start_in_every_zone(text: str, consumer: Consumer, last_year: int) -> None:
    cron = parse(text)
    begin, end = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2027, last_year))
    for clock, zone in {zones.clock(name): name for name in SWITCHING}.items():
        if zone == "Pacific/Chatham":
            continue  # some schedules never advance there, see test_cron_starts
        found = [next_utc(cron, clock, consumer, begin - 1)]
        while found[-1] < end:
            found.append(next_utc(cron, clock, consumer, found[-1]))
        expected = max(later - earlier for earlier, later in pairwise(found[:-1]))
        assert largest_gap(cron, zone, consumer, (2027, last_year)).seconds == expected, zone
