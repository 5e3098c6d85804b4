"""All calculations over one spec, made once: the rules check them, the plan uses them."""

from dataclasses import dataclass

from compiler.model.cluster import Spec
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
)
from compiler.proofs.recovery_times import RecoveryTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Proofs:
    """What was calculated. Whether it is good enough is for the rules to say.

    `recovery_times` are known once the procedures are: they are added to the proofs then.
    """

    unpromised: minimum.Minimum
    placement: placement.Placement | None
    streams: tuple[schedules.Stream, ...]
    shortfalls: tuple[copies.Shortfall, ...]
    budgets: tuple[drain.Budget, ...]
    overlaps: tuple[drain.Overlap, ...]
    balances: tuple[capacity.Balance, ...]
    uncovered: tuple[coverage.Gap, ...]
    etcd_size: etcd_size.EtcdSize | None
    missing_defaults: tuple[limit_defaults.MissingDefault, ...]
    outcomes: tuple[outcomes.Outcome, ...]
    recovery_times: tuple[RecoveryTime, ...] = ()


def prove(spec: Spec) -> Proofs:
    """Calculate everything that the rules and the plan need from a sound spec."""
    members, short, uncovered = placement.place(spec), copies.shortfalls(spec), coverage.gaps(spec)
    return Proofs(
        unpromised=minimum.missing(spec),
        placement=members,
        streams=schedules.streams(spec),
        shortfalls=short,
        budgets=drain.budgets(spec),
        overlaps=drain.overlaps(spec),
        balances=capacity.balances(spec),
        uncovered=uncovered,
        etcd_size=etcd_size.size(spec),
        missing_defaults=limit_defaults.missing(spec),
        outcomes=outcomes.outcomes(spec, members, short, uncovered),
    )
