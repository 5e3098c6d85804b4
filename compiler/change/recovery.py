"""What a change does to recovery: each number of the old plan beside the same number of the new one."""

from dataclasses import dataclass
from typing import Literal

from compiler.plan.plan import Plan, RecoveryNumber
from compiler.values.keypath import KeyPath

Verdict = Literal["better", "worse", "changed", "gained", "lost"]


@dataclass(frozen=True, slots=True)
class RecoveryChange:
    """One number that a change moves; `old` or `new` is None where it did not or does no longer exist."""

    what: str
    subject: str
    old: RecoveryNumber | None
    new: RecoveryNumber | None
    verdict: Verdict
    path: KeyPath


def recovery_changes(old: Plan | None, new: Plan | None) -> tuple[RecoveryChange, ...]:
    """Return every number that differs, in the order of the new plan, then what is lost."""
    before = {(n.what, n.subject): n for n in old.recovery} if old else {}
    after = {(n.what, n.subject): n for n in new.recovery} if new else {}
    keys = [*after, *(key for key in before if key not in after)]
    found = (_change(before.get(key), after.get(key)) for key in keys)
    return tuple(change for change in found if change is not None)


def _change(old: RecoveryNumber | None, new: RecoveryNumber | None) -> RecoveryChange | None:
    number = new or old
    if number is None or (old and new and old.value == new.value):
        return None
    return RecoveryChange(number.what, number.subject, old, new, _verdict(old, new), number.path)


def _verdict(old: RecoveryNumber | None, new: RecoveryNumber | None) -> Verdict:
    if old is None:
        return "gained"
    if new is None:
        return "lost"
    if new.better == "none" or not isinstance(old.value, int) or not isinstance(new.value, int):
        return "changed"
    return "better" if (new.value < old.value) == (new.better == "less") else "worse"
