"""Every priority class has a value of its own.

Why it matters: when hosts are lost, the scheduler decides by value which pods run on those that are left. Two classes with the same
value promise an order that does not exist. A value cannot be changed later without deleting the class.

How to fix: use one class per level, with gaps of a million between the values.

Bad, at spec.priorities.urgent.value:

    priorities: {critical: {value: 1000000}, urgent: {value: 1000000}}

Good:

    priorities: {critical: {value: 2000000}, urgent: {value: 1000000}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="error", edge="error", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation for each class whose value an earlier class has too."""
    first: dict[int, str] = {}
    for name, priority in spec.priorities.items():
        if priority.value in first:
            yield Violation(
                path=("spec", "priorities", name, "value"),
                message=f"{name} has the same value as {first[priority.value]}",
                impact="neither class goes first when hosts are lost, although two classes say that one does",
                fix="give each class a value of its own",
            )
        first.setdefault(priority.value, name)
