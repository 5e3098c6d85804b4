"""What a change does to recovery: each metric of the old plan beside the same metric of the new one."""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from compiler.plan.plan import Plan
from compiler.plan.recovery import RecoveryMetric

Verdict = Literal["better", "worse", "changed", "gained", "lost"]


class RecoveryChange(Struct, frozen=True):
    """One metric that a change moves; `old` or `new` is None where it did not or does no longer exist."""

    old: RecoveryMetric | None
    new: RecoveryMetric | None
    verdict: Verdict

    @property
    def metric(self) -> RecoveryMetric:
        """The metric as it is now, or as it was where it is gone."""
        either = self.new or self.old
        if either is None:
            raise ValueError("a change has a side")
        return either


def recovery_changes(old: Plan | None, new: Plan | None) -> tuple[RecoveryChange, ...]:
    """Return every metric that differs, in the order of the new plan, then what is lost."""
    before = {metric.identity: metric for metric in old.recovery} if old else {}
    after = {metric.identity: metric for metric in new.recovery} if new else {}
    keys = [*after, *(key for key in before if key not in after)]
    changes = (_change(before.get(key), after.get(key)) for key in keys)
    return tuple(change for change in changes if change is not None)


def _change(old: RecoveryMetric | None, new: RecoveryMetric | None) -> RecoveryChange | None:
    if old is None and new is not None:
        return RecoveryChange(old, new, "worse" if new.better == "absent" else "gained")
    if new is None and old is not None:
        return RecoveryChange(old, new, "better" if old.better == "absent" else "lost")
    if old is None or new is None or _said(old) == _said(new):
        return None
    return RecoveryChange(old, new, _verdict(old, new))


def _said(metric: RecoveryMetric) -> tuple[object, ...]:
    return metric.value, metric.kept, metric.waived_until


def _verdict(old: RecoveryMetric, new: RecoveryMetric) -> Verdict:
    if not new.kept:
        return "worse" if old.kept else "changed"
    if old.order is None or new.order is None or old.order == new.order or new.better not in ("less", "more"):
        return "changed"
    return "better" if (new.order < old.order) == (new.better == "less") else "worse"


def folded(changes: Iterable[RecoveryChange]) -> tuple[RecoveryChange, ...]:
    """Return the changes without those that only describe backups that come or go as a whole: the backup itself says it."""
    changes = tuple(changes)
    whole = {(c.metric.subject, c.verdict) for c in changes if c.metric.metric == "backup"}
    return tuple(
        c for c in changes if not c.metric.backups or not all((name, c.verdict) in whole for name in c.metric.backups)
    )
