"""Priority classes have one default at most, different values, and names that are not reserved; what serves outranks what fills.

Why it matters: when hosts are lost, the scheduler decides by priority who gets the rest. Two default classes make that depend on
chance; a class that may evict and is given to everyone by default lets any pod push out the important ones; two classes of one
value promise an order that does not exist. A value cannot be changed later without deleting the class.

How to fix: one class per level, with gaps of a million between them; at most one `globalDefault`, and that one the lowest or with
`preemption: Never`.

Bad:

    priorities: {critical: {value: 1000000, globalDefault: true}, batch: {value: 1000}}

Good:

    priorities: {critical: {value: 2000000}, standard: {value: 1000000, globalDefault: true, preemption: Never}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Claim
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="error", edge="error", production="error")

RESERVED = "system-"


def check(spec: Spec, proofs: Proofs) -> Iterator[Claim]:
    """Yield a claim for each reserved name, second default, equal value, and default that can evict what it should not."""
    seen: dict[int, str] = {}
    defaults = [name for name, priority in spec.priorities.items() if priority.global_default]
    for name, priority in spec.priorities.items():
        if name.startswith(RESERVED):
            yield Claim(
                ("spec", "priorities", name),
                f"names that start with {RESERVED} are reserved",
                "the API server refuses the class, and with it everything that is applied together",
                "choose another name",
                on_key=True,
            )
        if priority.value in seen:
            yield Claim(
                ("spec", "priorities", name, "value"),
                f"{name} has the value of {seen[priority.value]}",
                "neither goes before the other when hosts are lost, although two classes say that one does",
                "give each class a value of its own",
            )
        seen.setdefault(priority.value, name)
    for name in defaults[1:]:
        yield Claim(
            ("spec", "priorities", name, "globalDefault"),
            f"{defaults[0]} is the default class already",
            "the API server refuses the second one; where both exist, the lower value wins by accident",
            "keep one default",
        )
    yield from _strong_default(spec, defaults[:1])


def _strong_default(spec: Spec, defaults: list[str]) -> Iterator[Claim]:
    for name in defaults:
        default = spec.priorities[name]
        below = [n for n, p in spec.priorities.items() if p.value < default.value]
        if below and default.preemption != "Never":
            yield Claim(
                ("spec", "priorities", name, "globalDefault"),
                f"every pod without a class outranks {', '.join(below)} and may evict it",
                "after the loss of a host, pods that nobody ranked push out pods that somebody did",
                "make the lowest class the default, or set `preemption: Never` on it",
            )
