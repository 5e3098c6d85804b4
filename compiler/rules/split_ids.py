"""Rule ids that were split: `kedge explain` and waivers answer an old id with the rules that check its statements now."""

from collections.abc import Mapping
from types import MappingProxyType

SPLIT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "schedule-meets-rpo": (
            "schedule-meets-rpo",
            "backup-ends-before-the-next-starts",
            "every-backup-has-an-rpo",
            "etcd-is-backed-up",
            "promised-applications-are-backed-up",
        ),
        "copy-survives-every-loss": ("promised-loss-has-a-copy", "break-glass-key-has-a-spare"),
        "etcd-member-count-fits-tier": (
            "etcd-member-count-fits-tier",
            "etcd-member-count-is-odd",
            "etcd-member-count-is-at-most-seven",
        ),
        "disruption-budget-lets-drain-finish": (
            "disruption-budget-lets-drain-finish",
            "disruption-budget-can-be-computed",
            "disruption-budgets-do-not-overlap",
        ),
        "priorities-are-consistent": (
            "priority-name-is-not-reserved",
            "priority-values-differ",
            "one-priority-is-the-default",
            "default-priority-evicts-nothing",
        ),
    }
)
"""Old id to new ids; an old id that is still a rule comes first and checks a part of what it did."""
