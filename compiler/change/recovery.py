"""What a change does to recovery: each metric of the old plan beside the same metric of the new one."""

from dataclasses import dataclass
from typing import Literal

from compiler.plan.plan import Plan
from compiler.plan.recovery import RecoveryMetric

Verdict = Literal["better", "worse", "changed", "gained", "lost"]


@dataclass(frozen=True, slots=True)
class RecoveryChange:
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
    if old is None:
        return RecoveryChange(old, new, "gained")
    if new is None:
        return RecoveryChange(old, new, "lost")
    return None if old.value == new.value else RecoveryChange(old, new, _verdict(old, new))


def _verdict(old: RecoveryMetric, new: RecoveryMetric) -> Verdict:
    if new.better == "none" or not isinstance(old.value, int) or not isinstance(new.value, int):
        return "changed"
    return "better" if (new.value < old.value) == (new.better == "less") else "worse"
