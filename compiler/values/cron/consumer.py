"""Who reads a schedule, and what differs between the readers."""

from enum import Enum


class Consumer(Enum):
    """A reader of cron text; the value is its name in output."""

    KUBERNETES = "kubernetes"
    """CronJob controller and kube-state-metrics: robfig/cron v3.0.1."""

    VELERO_ROBFIG = "velero-robfig"
    """Velero with robfig/cron v3.0.1."""

    VELERO_GOCRON = "velero-gocron"
    """Velero with netresearch/go-cron v0.15.0."""

    SYSTEMD = "systemd"
    """A systemd timer: calendarspec.c, here as of systemd 252."""


RUNS_SKIPPED_HOUR = frozenset({Consumer.VELERO_GOCRON})
"""Readers that run a time which the spring switch skips, in the hour after it (go-cron spec.go, checkHourDSTSkip)."""
