"""All calculations over one spec, made once: the rules check them, the plan uses them."""

from msgspec import Struct

from compiler.model.cluster import Spec
from compiler.model.recording import recorded
from compiler.proofs import (
    capacity,
    copies,
    coverage,
    drain,
    etcd_size,
    limit_defaults,
    minimum,
    outcomes,
    placement,
    schedules,
    standing,
)
from compiler.proofs.recovery_times import RecoveryTime
from compiler.values.sources import Sources


class Proofs(Struct, frozen=True, kw_only=True):
    """What was calculated. Whether it is good enough is for the rules to say.

    `outcome_sources`: what the outcomes were made from, for the pages that state them. `recovery_times` are known once the
    procedures are: they are added to the proofs then.
    """

    unpromised: minimum.Minimum
    placement: placement.Placement | None
    standing: standing.Standing | None
    streams: tuple[schedules.Stream, ...]
    shortfalls: tuple[copies.Shortfall, ...]
    budgets: tuple[drain.Budget, ...]
    overlaps: tuple[drain.Overlap, ...]
    balances: tuple[capacity.Balance, ...]
    uncovered: tuple[coverage.Gap, ...]
    etcd_size: etcd_size.EtcdSize | None
    missing_defaults: tuple[limit_defaults.MissingDefault, ...]
    outcomes: tuple[outcomes.Outcome, ...]
    outcome_sources: Sources
    recovery_times: tuple[RecoveryTime, ...] = ()


def prove(spec: Spec) -> Proofs:
    """Calculate everything that the rules and the plan need from a sound spec."""
    view, reads = recorded(spec)
    short, uncovered = copies.shortfalls(view), coverage.gaps(view)
    found = outcomes.outcomes(view, placement.place(view), short, uncovered)
    placed = placement.place(spec)
    return Proofs(
        unpromised=minimum.missing(spec),
        placement=placed,
        standing=standing.standing(spec, placed) if placed else None,
        streams=schedules.streams(spec),
        shortfalls=short,
        budgets=drain.budgets(spec),
        overlaps=drain.overlaps(spec),
        balances=capacity.balances(spec),
        uncovered=uncovered,
        etcd_size=etcd_size.size(spec),
        missing_defaults=limit_defaults.missing(spec),
        outcomes=found,
        outcome_sources=reads.paths(),
    )
