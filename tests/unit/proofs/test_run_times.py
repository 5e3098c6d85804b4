"""What clock switches do to schedules, and which backups wait for each other."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.proofs.run_times import switches, waits
from compiler.proofs.schedules import Stream, streams
from compiler.values import cron, zones
from tests.unit.proofs.specs import spec

BEGIN, END = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
HOUR = 3600
EVENTS = ("skipped", "added", "twice")


def control_plane(schedule: str, zone: str) -> Stream:
    return streams(spec(f'backups: {{etcd: {{schedule: "{schedule}", timeZone: {zone}}}}}'))[0]


@pytest.mark.parametrize(
    ("schedule", "zone", "expected"),
    [
        ("30 2 * * *", "Europe/Madrid", ["03-28 skipped 02:30 47h", "10-31 twice 02:30 1h"]),
        ("30 2 * * *", "America/New_York", ["03-14 skipped 02:30 47h"]),
        ("30 1 * * *", "America/New_York", ["11-07 twice 01:30 1h"]),
        ("15 2 * * *", "Australia/Lord_Howe", ["04-03 skipped 02:15 48h", "10-02 skipped 02:15 47h"]),
        ("30 2 * * *", "Asia/Tokyo", []),
        ("30 3 * * *", "Europe/Madrid", []),
        ("0 * * * *", "Europe/Madrid", []),
        ("*/30 * * * *", "Europe/Madrid", []),
        ("5 */2 * * *", "Europe/Madrid", ["03-28 skipped 02:05 3h", "10-31 twice 02:05 1h"]),
        ("30 2 * * 0", "Europe/Madrid", ["03-28 skipped 02:30 335h", "10-31 twice 02:30 1h"]),
        ("30 2 * * 1", "Europe/Madrid", []),
    ],
)
def test_a_switch_is_named_where_it_changes_the_rhythm(schedule: str, zone: str, expected: list[str]) -> None:
    found = [
        f"{one.at:%m-%d} {event} {time:%H:%M} {one.gap // HOUR}h"
        for one in switches([control_plane(schedule, zone)], BEGIN, END)
        for event in EVENTS
        for time in getattr(one, event)
    ]
    assert found == expected


def test_a_reader_that_makes_up_for_a_skipped_time_says_when() -> None:
    stream = control_plane("30 2 * * *", "Europe/Madrid")
    moved = Stream(
        **{name: getattr(stream, name) for name in Stream.__struct_fields__} | {"consumer": cron.Consumer.VELERO_GOCRON}
    )
    (spring, _) = switches([moved], BEGIN, END)
    assert [time.hour for time in spring.skipped] == [2]
    assert [time.hour for time in spring.added] == [3]


@given(
    minute=st.integers(0, 59),
    hours=st.sampled_from(["*", "1-3", "*/2", "2", "0,2", "3"]),
    zone=st.sampled_from(["Europe/Madrid", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"]),
)
@settings(max_examples=60, deadline=None)
def test_what_is_said_of_a_switch_is_what_runs(minute: int, hours: str, zone: str) -> None:
    stream = control_plane(f"{minute} {hours} * * *", zone)
    info = zones.zone_info(zone)
    for one in switches([stream], BEGIN, END):
        near = (one.at - timedelta(days=2), one.at + timedelta(days=2))
        runs = cron.runs_between(stream.schedule, zone, stream.consumer, *near)
        local = [run.astimezone(info).replace(tzinfo=None) for run in runs]
        assert [local.count(time) for time in one.skipped] == [0] * len(one.skipped)
        assert [local.count(time) for time in one.twice] == [2] * len(one.twice)


APPLICATIONS = """
promise: {{applications: {{rpo: 26h, rto: 8h}}}}
namespaces: {{shop: {{}}, web: {{}}}}
backups:
  applications:
    shop: {{namespaces: [shop], schedule: "0 3 * * *", retention: 14d, to: [offsite], captureTimeout: 10m, uploadTimeout: 50m}}
    web: {{namespaces: [web], schedule: "{}", retention: 14d, to: [offsite], captureTimeout: 5m, uploadTimeout: 40m}}
"""


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("30 3 * * *", [("web", "shop", 1800, 31)]),
        ("0 4 * * *", []),
        ("0 3 * * 0", [("web", "shop", 3600, 5)]),
        ("45 2 * * *", [("shop", "web", 1800, 31)]),
    ],
)
def test_a_backup_waits_where_another_one_may_still_run(
    schedule: str, expected: list[tuple[str, str, int, int]]
) -> None:
    found = waits(streams(spec(APPLICATIONS.format(schedule))), BEGIN, BEGIN + timedelta(days=31))
    assert [(one.stream.name, one.other.name, one.seconds, one.count) for one in found] == expected
