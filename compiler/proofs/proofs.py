"""All calculations over one spec, made once: the rules judge them, the plan uses them."""

from dataclasses import dataclass

from compiler.model.cluster import Spec
from compiler.proofs import capacity, copies, coverage, drain, placement, schedules


@dataclass(frozen=True, slots=True)
class Proofs:
    """What was calculated. Nothing in here is a judgement."""

    placement: placement.Placement | None
    streams: tuple[schedules.Stream, ...]
    shortfalls: tuple[copies.Shortfall, ...]
    budgets: tuple[drain.Budget, ...]
    overlaps: tuple[drain.Overlap, ...]
    balances: tuple[capacity.Balance, ...]
    uncovered: tuple[coverage.Gap, ...]


def prove(spec: Spec) -> Proofs:
    """Calculate everything that the rules and the plan need from a sound spec."""
    return Proofs(
        placement.place(spec),
        schedules.streams(spec),
        copies.shortfalls(spec),
        drain.budgets(spec),
        drain.overlaps(spec),
        capacity.balances(spec),
        coverage.gaps(spec),
    )
