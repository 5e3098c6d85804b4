"""Pods without a priority class cannot evict pods of any class.

Why it matters: when hosts are lost, the scheduler decides by priority which pods run. A default class above another one, with the right
to evict, lets any pod that nobody ranked push out pods that somebody did.

How to fix: make the lowest class the default, or set `preemption: Never` on it.

Bad, at spec.priorities.critical.globalDefault:

    priorities: {critical: {value: 1000000, globalDefault: true}, batch: {value: 1000}}

Good:

    priorities: {critical: {value: 2000000}, standard: {value: 1000000, globalDefault: true, preemption: Never}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="error", edge="error", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation for each default class that may evict pods of a lower one."""
    for name, default in spec.priorities.items():
        below = [n for n, p in spec.priorities.items() if p.value < default.value]
        if default.global_default and below and default.preemption != "Never":
            yield Violation(
                path=("spec", "priorities", name, "globalDefault"),
                message=f"every pod without a class outranks {', '.join(below)} and may evict its pods",
                impact="after the loss of a host, pods that nobody ranked push out pods that somebody did",
                fix="make the lowest class the default, or set `preemption: Never` on it",
            )
