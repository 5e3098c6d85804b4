"""No priority class has a reserved name.

Why it matters: the API server refuses a class whose name starts with `system-`, and with it everything that is applied in the same
request.

How to fix: choose another name.

Bad, at spec.priorities.system-payments:

    priorities: {system-payments: {value: 1000000}}

Good:

    priorities: {payments: {value: 1000000}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="error", edge="error", production="error")

RESERVED = "system-"


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation for each class with a reserved name."""
    for name in spec.priorities:
        if name.startswith(RESERVED):
            yield Violation(
                path=("spec", "priorities", name),
                message=f"names that start with {RESERVED} are reserved",
                impact="the API server refuses the class, and with it everything that is applied together",
                fix="choose another name",
                on_key=True,
            )
