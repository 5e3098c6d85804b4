"""Schedules against the RPO: the largest gap between two starts as the consumer makes them, plus every delay until the copy exists."""

import datetime
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from msgspec import Struct

from compiler.distributions.runners import RUNNERS
from compiler.facts import velero
from compiler.model.cluster import Spec
from compiler.model.layout import etcd_runner
from compiler.model.recording import path_of, recorded
from compiler.values import cron
from compiler.values.keypath import KeyPath
from compiler.values.sources import Sources

CRONJOB_START_DELAY = RUNNERS["cronJob"].start_delay
# Velero looks at its schedules once a minute, and a queued backup waits for the next look (measured on 1.18.3).
VELERO_START_DELAY = 120
# The zone in which application schedules are written; a Velero schedule can name it, whatever zone its server runs in.
VELERO_ZONE = "UTC"

# Starts that are looked at for the least gap: a day of a schedule that runs each half hour, a week of one that runs four times a day.
STARTS_SEEN = 50


class Stream(Struct, frozen=True, kw_only=True):
    """One backup that repeats: when it starts, for how long it may run, and how old its data can get. All times in seconds.

    `sources`: what all of it but retention and locations was calculated from; `exists`: what decides that there is a backup and an RPO.
    """

    kind: Literal["etcd", "application"]
    name: str
    path: KeyPath
    schedule: cron.Cron
    zone: str
    consumer: cron.Consumer
    gap: cron.Gap
    shortest: int
    start_delay: int
    queue: int
    capture: int
    upload: int
    retention: int
    to: tuple[str, ...]
    rpo: int | None
    rto: int | None
    exists: Sources
    sources: Sources

    @property
    def run(self) -> int:
        """Longest time of one run, without waiting for others."""
        return self.capture + self.upload

    @property
    def overlaps(self) -> bool:
        """Whether a run may still be going on when the next one starts."""
        return self.run >= self.shortest

    @property
    def allowed_gap(self) -> int:
        """Largest gap between two starts with which the RPO is met; 0 or less where no schedule meets it, or none is promised."""
        return (self.rpo or 0) - self.start_delay - self.duration

    @property
    def duration(self) -> int:
        """Longest time from the start of a run to its copy."""
        return self.queue + self.run

    @property
    def worst(self) -> int:
        """Age of the most recent restorable data just before the next copy exists, at its worst."""
        return self.gap.seconds + self.start_delay + self.duration


def streams(spec: Spec) -> tuple[Stream, ...]:
    """Return the streams of a cluster: the control plane first, then the applications in the order of the spec."""
    etcd = _etcd(spec)
    applications = tuple(_application(spec, name) for name in spec.backups.applications)
    return (etcd, *applications) if etcd else applications


def _etcd(whole: Spec) -> Stream | None:
    spec, reads = recorded(whole)
    backup, objective = spec.backups.etcd, spec.promise.control_plane
    if backup is None:
        return None
    runner = RUNNERS[etcd_runner(whole) or "provider"]
    consumer = runner.consumer
    return Stream(
        kind="etcd",
        name="control plane",
        path=("spec", "backups", "etcd"),
        schedule=backup.schedule,
        zone=backup.time_zone,
        consumer=consumer,
        gap=cron.largest_gap(backup.schedule, backup.time_zone, consumer),
        shortest=_shortest_gap(backup.schedule, backup.time_zone, consumer),
        start_delay=runner.start_delay,
        queue=0,
        capture=backup.capture_timeout,
        upload=backup.upload_timeout,
        rpo=objective.rpo if objective else None,
        exists=(path_of(backup), *((path_of(objective),) if objective else ())),
        sources=reads.paths(),
        retention=backup.retention,
        to=backup.to,
        rto=objective.rto if objective else None,
    )


def _application(whole: Spec, name: str) -> Stream:
    spec, reads = recorded(whole)
    backup, objective = spec.backups.applications[name], spec.promise.applications
    # Not a source: a schedule that two releases read differently is refused, so no number depends on the release.
    consumer = velero.cron_consumer(whole.backups.velero.version)
    # Velero runs one backup at a time, so every other one, and every further location of this one, may be ahead in the queue.
    all_runs = sum((a.capture_timeout + a.upload_timeout) * len(a.to) for a in spec.backups.applications.values())
    own_run = backup.capture_timeout + backup.upload_timeout
    return Stream(
        kind="application",
        name=name,
        path=("spec", "backups", "applications", name),
        schedule=backup.schedule,
        zone=VELERO_ZONE,
        consumer=consumer,
        gap=cron.largest_gap(backup.schedule, VELERO_ZONE, consumer),
        shortest=_shortest_gap(backup.schedule, VELERO_ZONE, consumer),
        start_delay=VELERO_START_DELAY,
        queue=all_runs - own_run,
        capture=backup.capture_timeout,
        upload=backup.upload_timeout,
        rpo=backup.rpo or (objective.rpo if objective else None),
        exists=(path_of(backup), *((path_of(objective),) if objective else ())),
        sources=reads.paths(),
        retention=backup.retention,
        to=backup.to,
        rto=backup.rto or (objective.rto if objective else None),
    )


@lru_cache(maxsize=4096)
def _shortest_gap(schedule: cron.Cron, zone: str, consumer: cron.Consumer) -> int:
    """Return the least time between two starts, over enough of them to see each gap of a day's pattern."""
    begin, end = (datetime.datetime(year, 1, 1, tzinfo=datetime.UTC) for year in cron.HORIZON)
    day = schedule.minutes.bit_count() * schedule.hours.bit_count() + 1
    count = min(day, STARTS_SEEN) if schedule.is_daily else STARTS_SEEN
    runs = [cron.next_after(schedule, zone, consumer, begin)]
    while len(runs) < count and runs[-1] < end:
        runs.append(cron.next_after(schedule, zone, consumer, runs[-1]))
    return min(int((b - a).total_seconds()) for a, b in pairwise(runs))
