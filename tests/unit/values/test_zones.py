"""Zone names, and clocks against the package's own data."""

import re
import zoneinfo
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from compiler.values import zones

PLACES = sorted(zones._names())


@pytest.mark.parametrize(
    "name", ["UTC", "Etc/UTC", "Europe/Berlin", "Europe/Amsterdam", "America/Argentina/Buenos_Aires"]
)
def test_knows_canonical_names(name: str) -> None:
    assert zones.zone(name) == name


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("Local", "write UTC or a place, such as Europe/Berlin"),
        ("", "write UTC or a place"),
        ("EST", "is not a canonical IANA name"),
        ("CET", "is not a canonical IANA name"),
        ("US/Eastern", "is not a canonical IANA name"),
        ("Asia/Calcutta", "is not a canonical IANA name"),
        ("Etc/GMT+5", "is not a canonical IANA name"),
        ("utc", "write UTC"),
        ("europe/berlin", "write Europe/Berlin"),
        ("Europe/Berlim", "write Europe/Berlin"),
        ("Madrid", "write Europe/Madrid"),
        ("../etc/passwd", "is not a canonical IANA name"),
    ],
)
def test_refuses_other_names_with_the_closest(name: str, advice: str) -> None:
    assert not zones.is_zone(name)
    with pytest.raises(ValueError) as refusal:
        zones.zone(name)
    assert advice in str(refusal.value)


def test_reads_no_zone_data_of_the_machine() -> None:
    assert zoneinfo.TZPATH == ()


def test_every_name_is_one_that_kubernetes_admits() -> None:
    part = re.compile(r"[A-Za-z.\-_0-9+]{1,14}")  # batch/v1 validation of timeZone
    assert [name for name in PLACES if not all(map(part.fullmatch, name.split("/")))] == []


@pytest.mark.parametrize("name", [*PLACES[::7], "Africa/Casablanca", "Africa/Cairo", "Australia/Lord_Howe"])
def test_finds_every_switch_that_a_daily_probe_finds(name: str) -> None:
    clock, info = zones.clock(name), ZoneInfo(name)
    noon = datetime(zones.FIRST_YEAR, 1, 1, 12, tzinfo=UTC)
    for day in range(0, (zones.LAST_YEAR - zones.FIRST_YEAR) * 365, 1 if len(clock.offsets) > 1 else 90):
        moment = noon + timedelta(days=day)
        delta = moment.astimezone(info).utcoffset()
        assert delta == timedelta(seconds=clock.offset(int(moment.timestamp())))


@pytest.mark.parametrize("name", PLACES[::5])
def test_switches_fall_on_the_exact_second_and_two_weeks_apart(name: str) -> None:
    clock, info = zones.clock(name), ZoneInfo(name)
    for before, at in zip(clock.begins, clock.begins[1:], strict=False):
        offsets = [datetime.fromtimestamp(at + step, info).utcoffset() for step in (-1, 0)]
        assert offsets[0] != offsets[1]
        assert at - before > 14 * 86_400
        assert at % 60 == 0


def test_lists_the_switches_between_two_instants() -> None:
    begin, end = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2027, 2028))
    switches = [datetime.fromtimestamp(at, UTC) for at in zones.clock("Europe/Berlin").switches(begin, end)]
    assert switches == [datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=UTC)]


def test_reads_no_file_for_a_name_that_it_does_not_know() -> None:
    with pytest.raises(ValueError, match="is not a canonical IANA name"):
        zones.clock("../zoneinfo/Europe/Berlin")
