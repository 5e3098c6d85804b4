"""Alert thresholds, over every stream that the rule of the RPO lets pass: never late, never noisy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from compiler.plan import alerts
from compiler.proofs.schedules import CRONJOB_START_DELAY, VELERO_START_DELAY, Stream, streams
from tests.unit.proofs.specs import spec

SETTINGS = alerts.AlertSettings("https://pages.example.net", (), ())
STREAM = streams(spec('backups: {etcd: {schedule: "0 * * * *"}}'))[0]


@st.composite
def kept_promises(draw: st.DrawFn) -> Stream:
    """A stream whose worst case is within its RPO, at times by nothing."""
    delay = draw(st.sampled_from([CRONJOB_START_DELAY, VELERO_START_DELAY]))
    numbers = st.integers(1, 10**6)
    gap = replace(STREAM.gap, seconds=draw(numbers))
    stream = replace(
        STREAM, gap=gap, start_delay=delay, capture=draw(numbers), upload=draw(numbers), queue=draw(numbers)
    )
    return replace(stream, rpo=stream.worst + draw(st.integers(0, 10**6)))


@given(kept_promises())
def test_fires_before_data_is_older_than_the_rpo(stream: Stream) -> None:
    alert = alerts.etcd_alert(stream, SETTINGS)
    assert alert is not None
    # The metric is the end of the last good run; its data is as old as its start, at most one run's duration earlier.
    assert stream.duration + alert.threshold + alert.pending <= alert.rpo


@given(kept_promises())
def test_is_silent_while_every_run_ends_as_long_after_its_start_as_the_last(stream: Stream) -> None:
    alert = alerts.etcd_alert(stream, SETTINGS)
    assert alert is not None
    assert alert.threshold >= stream.gap.seconds


def test_there_is_no_alert_without_a_promise() -> None:
    assert alerts.etcd_alert(replace(STREAM, rpo=None), SETTINGS) is None


@pytest.mark.parametrize("rpo", [60, 3600])
def test_a_promise_that_is_not_kept_is_silent_while_each_run_ends_within_its_time(rpo: int) -> None:
    alert = alerts.etcd_alert(replace(STREAM, rpo=rpo), SETTINGS)
    assert alert is not None
    assert alert.threshold >= STREAM.gap.seconds + STREAM.start_delay + STREAM.duration
