"""What takes etcd snapshots: how each reads a schedule, and how late a run may start."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from compiler.distributions.capabilities import RunnerKind
from compiler.values.cron import Consumer


class Runner(Struct, frozen=True, kw_only=True):
    """`start_delay`: seconds from the scheduled time to the latest start; a run that cannot start within them is skipped."""

    consumer: Consumer
    start_delay: int


RUNNERS: Mapping[RunnerKind, Runner] = MappingProxyType(
    {
        # `startingDeadlineSeconds` of the CronJob.
        "cronJob": Runner(consumer=Consumer.KUBERNETES, start_delay=300),
        # `AccuracySec=` of the timer, systemd's default.
        "hostTimer": Runner(consumer=Consumer.SYSTEMD, start_delay=60),
        # The provider's own schedule as the spec states it; nothing of it can be observed.
        "provider": Runner(consumer=Consumer.KUBERNETES, start_delay=0),
    }
)
