"""Who reads a schedule, and what differs between the readers; facts by version are rows of a table."""

from dataclasses import dataclass
from enum import Enum


class Consumer(Enum):
    """A reader of cron text; the value is its name in output."""

    KUBERNETES = "kubernetes"
    """CronJob controller and kube-state-metrics: robfig/cron v3.0.1."""

    VELERO_ROBFIG = "velero-robfig"
    """Velero with robfig/cron v3.0.1."""

    VELERO_GOCRON = "velero-gocron"
    """Velero with netresearch/go-cron v0.15.0."""


RUNS_SKIPPED_HOUR = frozenset({Consumer.VELERO_GOCRON})
"""Readers that run a time which the spring switch skips, in the hour after it (go-cron spec.go, checkHourDSTSkip)."""


@dataclass(frozen=True, slots=True)
class VersionRange:
    """Versions in [since, before) read schedules as `consumer`."""

    since: tuple[int, int, int]
    before: tuple[int, int, int]
    consumer: Consumer
    source: str


VELERO = (
    VersionRange(
        since=(1, 15, 0),
        before=(1, 18, 3),
        consumer=Consumer.VELERO_ROBFIG,
        source="go.mod of velero v1.15.0, v1.16.0, v1.17.0, v1.18.0 and v1.18.2: robfig/cron/v3 v3.0.1",
    ),
    VersionRange(
        since=(1, 18, 3),
        before=(1, 19, 0),
        consumer=Consumer.VELERO_GOCRON,
        source="go.mod of velero v1.18.3: netresearch/go-cron v0.15.0",
    ),
)
"""By release. 1.15 is the first that takes a zone in the schedule (velero issue 8224)."""


def velero_consumer(version: str) -> Consumer:
    """The reader inside a Velero release (`1.18.3` or `v1.18.3`); ValueError where it is not known."""
    numbers = _numbers(version)
    for row in VELERO:
        if row.since <= numbers < row.before:
            return row.consumer
    known = f"{_dotted(VELERO[0].since)} or later and before {_dotted(VELERO[-1].before)}"
    raise ValueError(f"Velero {version!r} is not known; write a release from {known}, such as 1.18.3")


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.removeprefix("v").split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts):
        raise ValueError(f"Velero version {version[:32]!r} is not readable; write three numbers, such as 1.18.3")
    return tuple(int(part) for part in parts)
