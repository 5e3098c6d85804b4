"""The sum that is held against the RPO: gap, late start, queue, capture, upload."""

import pytest

from compiler.proofs.schedules import CRONJOB_START_DELAY, VELERO_START_DELAY, streams
from tests.unit.proofs.specs import spec

HOUR = 3600
APPLICATIONS = """
promise: {applications: {rpo: 26h, rto: 8h}}
namespaces: {shop: {}, web: {}}
locations:
  near: {bucket: near-dr, endpoint: "https://s3.example.net", region: x, credential: {secret: s}}
backups:
  applications:
    shop: {namespaces: [shop], schedule: "0 */2 * * *", retention: 14d, to: [offsite, near], captureTimeout: 10m, uploadTimeout: 20m}
    web: {namespaces: [web], schedule: "30 */4 * * *", retention: 14d, to: [offsite], captureTimeout: 5m, uploadTimeout: 40m}
"""


def test_worst_age_of_a_snapshot_is_gap_and_every_delay() -> None:
    stream = streams(spec('backups: {etcd: {schedule: "0 * * * *", captureTimeout: 7m, uploadTimeout: 11m}}'))[0]
    assert stream.worst == HOUR + CRONJOB_START_DELAY + 7 * 60 + 11 * 60
    assert stream.shortest == HOUR


def test_application_may_wait_for_every_other_backup_and_its_own_other_location() -> None:
    _, shop, web = streams(spec(APPLICATIONS))
    assert shop.queue == 30 * 60 + 45 * 60
    assert web.queue == 2 * 30 * 60
    assert shop.worst == 2 * HOUR + VELERO_START_DELAY + shop.queue + 30 * 60


def test_clock_change_widens_the_gap_of_a_local_schedule_only() -> None:
    text = 'backups: {{etcd: {{schedule: "30 2 * * *", timeZone: {}}}}}'
    local, utc = (streams(spec(text.format(zone)))[0] for zone in ("Europe/Berlin", "Etc/UTC"))
    assert utc.gap.seconds == 24 * HOUR
    assert local.gap.seconds == 47 * HOUR


def test_objective_of_each_stream_is_that_of_its_kind() -> None:
    snapshot, shop, _ = streams(spec(APPLICATIONS))
    assert snapshot.rpo == HOUR
    assert shop.rpo == 26 * HOUR
    assert streams(spec("promise: {controlPlane: null}"))[0].rpo is None


@pytest.mark.parametrize("schedule", ["@yearly", "0 0 29 2 *", "0 12 1 1 *"])
def test_a_rare_schedule_has_a_shortest_gap_too(schedule: str) -> None:
    stream = streams(spec(f'backups: {{etcd: {{schedule: "{schedule}"}}}}'))[0]
    assert stream.shortest >= 365 * 24 * HOUR
