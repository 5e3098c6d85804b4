"""Which reader a Velero release holds."""

from itertools import pairwise

import pytest

from compiler.facts.tables import VELERO_CRON
from compiler.facts.velero import cron_consumer
from compiler.values.cron import Consumer


@pytest.mark.parametrize(
    ("version", "consumer"),
    [
        ("1.15.0", Consumer.VELERO_ROBFIG),
        ("v1.18.2", Consumer.VELERO_ROBFIG),
        ("1.18.3", Consumer.VELERO_GOCRON),
        ("1.18.10", Consumer.VELERO_GOCRON),
    ],
)
def test_names_the_reader_of_a_release(version: str, consumer: Consumer) -> None:
    assert cron_consumer(version) is consumer


@pytest.mark.parametrize("version", ["1.14.9", "1.19.0", "2.0.0", "0.0.0"])
def test_refuses_a_release_that_it_does_not_know(version: str) -> None:
    with pytest.raises(ValueError, match=r"is not known; write a release from 1\.15\.0 or later and before 1\.19\.0"):
        cron_consumer(version)


@pytest.mark.parametrize("version", ["", "1.18", "1.18.3-rc.1", "main", "1.18.x", "1.1.999999"])
def test_refuses_what_is_no_release(version: str) -> None:
    with pytest.raises(ValueError, match="is not readable; write three numbers"):
        cron_consumer(version)


def test_version_ranges_follow_each_other_without_hole_or_overlap() -> None:
    assert all(row.since < row.before and row.source for row in VELERO_CRON)
    assert all(row.before == following.since for row, following in pairwise(VELERO_CRON))
