"""At most one priority class is the default.

Why it matters: the API server refuses a second default class. Where two exist all the same, pods without a class get the lower value
by accident, and after the loss of a host that decides which of them run.

How to fix: set `globalDefault` on one class only.

Bad, at spec.priorities.other.globalDefault:

    priorities:
      standard: {value: 1000000, globalDefault: true}
      other: {value: 2000000, globalDefault: true, preemption: Never}

Good:

    priorities:
      standard: {value: 1000000, globalDefault: true}
      other: {value: 2000000}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="error", edge="error", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation for each default class after the first one."""
    defaults = [name for name, priority in spec.priorities.items() if priority.global_default]
    for name in defaults[1:]:
        yield Violation(
            path=("spec", "priorities", name, "globalDefault"),
            message=f"{defaults[0]} is the default class already",
            impact="the API server refuses the second one; where both exist, the lower value wins by accident",
            fix=f"remove `globalDefault` from {name}",
        )
