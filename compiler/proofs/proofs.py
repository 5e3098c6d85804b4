"""All calculations over one spec, made once: the rules check them, the plan uses them."""

from dataclasses import dataclass

from compiler.model.cluster import Spec
from compiler.proofs import capacity, copies, coverage, drain, etcd_size, limit_defaults, placement, schedules


@dataclass(frozen=True, slots=True, kw_only=True)
class Proofs:
    """What was calculated. Whether it is good enough is for the rules to say."""

    placement: placement.Placement | None
    streams: tuple[schedules.Stream, ...]
    shortfalls: tuple[copies.Shortfall, ...]
    budgets: tuple[drain.Budget, ...]
    overlaps: tuple[drain.Overlap, ...]
    balances: tuple[capacity.Balance, ...]
    uncovered: tuple[coverage.Gap, ...]
    etcd_size: etcd_size.EtcdSize | None
    missing_defaults: tuple[limit_defaults.MissingDefault, ...]


def prove(spec: Spec) -> Proofs:
    """Calculate everything that the rules and the plan need from a sound spec."""
    return Proofs(
        placement=placement.place(spec),
        streams=schedules.streams(spec),
        shortfalls=copies.shortfalls(spec),
        budgets=drain.budgets(spec),
        overlaps=drain.overlaps(spec),
        balances=capacity.balances(spec),
        uncovered=coverage.gaps(spec),
        etcd_size=etcd_size.size(spec),
        missing_defaults=limit_defaults.missing(spec),
    )
