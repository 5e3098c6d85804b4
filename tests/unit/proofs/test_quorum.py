"""Sets of failed domains against an oracle that tries every set by plain reading."""

from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from compiler.model.topology import DomainKind
from compiler.proofs import quorum
from compiler.proofs.placement import Placement, domains_of
from compiler.proofs.quorum import Tolerance, tolerance
from tests.unit.proofs.specs import host
from tests.unit.proofs.test_placement import KINDS, everywhere, placements


def serves(placement: Placement, kind: DomainKind, lost: set[str]) -> bool:
    """The oracle: a host is alive while it depends on nothing, or on something that is left."""

    def alive(name: str) -> bool:
        on = domains_of(name, placement.hosts[name], kind)
        return not on or any(domain not in lost for domain in on)

    living = [m for m in placement.members if alive(m)]
    return (
        2 * len(living) > len(placement.members)
        and any(map(alive, placement.api_servers))
        and any(map(alive, placement.endpoints))
    )


def fatal_sets(placement: Placement, kind: DomainKind) -> set[frozenset[str]]:
    names = {d for n in placement.critical() for d in domains_of(n, placement.hosts[n], kind)}
    subsets = chain.from_iterable(combinations(sorted(names), size) for size in range(len(names) + 1))
    return {frozenset(s) for s in subsets if not serves(placement, kind, set(s))}


def evenly(members: int, domains: int) -> Placement:
    """Members spread evenly over racks."""
    return everywhere({f"h{n}": host(n, rack=f"r{n % domains}") for n in range(members)})


@given(placements(), st.sampled_from(KINDS))
def test_cuts_are_the_minimal_sets_that_stop_the_cluster(placement: Placement, kind: DomainKind) -> None:
    fatal = fatal_sets(placement, kind)
    minimal = {s for s in fatal if not any(other < s for other in fatal)}
    assert {frozenset(cut) for cut in tolerance(placement, kind).cuts} == minimal


@given(placements(), st.sampled_from(KINDS))
def test_failures_are_the_most_of_which_every_set_is_survived(placement: Placement, kind: DomainKind) -> None:
    found = tolerance(placement, kind)
    sizes = [len(s) for s in fatal_sets(placement, kind)]
    if placement.unknown(kind):
        assert found.failures == 0
        assert not found.proven
    else:
        assert found.failures == (min(sizes) - 1 if sizes else None)


@pytest.mark.parametrize(
    ("members", "racks", "failures"),
    [
        *((1, 1, 0), (2, 2, 0), (3, 1, 0), (3, 2, 0), (3, 3, 1), (4, 4, 1), (5, 2, 0), (5, 3, 1), (5, 4, 1), (5, 5, 2)),
        *((6, 6, 2), (7, 3, 1), (7, 4, 1), (7, 7, 3)),
    ],
)
def test_members_count_for_nothing_where_domains_are_few(members: int, racks: int, failures: int) -> None:
    assert tolerance(evenly(members, racks), "rack").failures == failures


def test_nothing_is_proven_beyond_what_was_tried() -> None:
    found = tolerance(everywhere({f"h{n}": host(n) for n in range(101)}), "host")
    assert (found.failures, found.tried, found.proven) == (1, 1, False)


def test_cut_that_was_found_counts_although_larger_sets_were_not_tried() -> None:
    lone = everywhere({f"h{n}": host(n) for n in range(101)})
    found = tolerance(replace(lone, endpoints=("h7",)), "host")
    assert (found.cuts[0], found.failures, found.proven) == (("h7",), 0, True)


def test_domains_that_nothing_depends_on_alone_stop_nothing() -> None:
    fed = everywhere({f"h{n}": host(n, feed=["f1", "f2"]) for n in range(3)})
    assert tolerance(fed, "feed").cuts == (("f1", "f2"),)


@given(placements(), st.sampled_from(KINDS))
def test_maintenance_and_one_loss_stop_the_cluster_where_both_together_do(
    placement: Placement, kind: DomainKind
) -> None:
    def stops(away: str, lost: str) -> bool:
        gone = {n for n, h in placement.hosts.items() if domains_of(n, h, kind) == (lost,) or n == away}
        left = [m for m in placement.members if m not in gone]
        return (
            2 * len(left) <= len(placement.members)
            or set(placement.api_servers) <= gone
            or (set(placement.endpoints) <= gone)
        )

    names = {d for n, h in placement.hosts.items() for d in domains_of(n, h, kind)}
    assert (quorum.in_maintenance(placement, kind) is not None) == any(
        stops(away, lost) for away in placement.critical() for lost in names
    )


def test_virtual_machines_count_where_their_hypervisor_is() -> None:
    hosts = {"a": host(1, hypervisor="v1"), "b": host(2, hypervisor="v1"), "c": host(3)}
    assert dict(quorum.members_by_machine(everywhere(hosts))) == {"v1": 2, "c": 1}
    assert quorum.splits_two_machines(everywhere(hosts))


def test_two_members_on_two_machines_are_no_split() -> None:
    """Neither of two is a majority on one host: that their number is even is what is wrong."""
    assert not quorum.splits_two_machines(everywhere({"a": host(1), "b": host(2)}))


@pytest.mark.parametrize(
    ("members", "failures"),
    [
        *(((1,), 0), ((1, 1), 0), ((2, 1), 0), ((1, 1, 1), 1), ((2, 2, 1), 1), ((3, 1, 1), 0), ((2, 1, 1, 1), 1)),
        *(((1, 1, 1, 1, 1), 2), ((3, 2, 2), 1), ((2, 2, 2, 1), 1)),
    ],
)
def test_largest_machines_fail_first(members: tuple[int, ...], failures: int) -> None:
    assert quorum.machine_failures({str(n): count for n, count in enumerate(members)}) == failures


@pytest.mark.parametrize("members", [3, 5, 7])
@pytest.mark.parametrize("machines", range(1, 9))
def test_best_placement_survives_as_much_as_any_other(members: int, machines: int) -> None:
    def splits(rest: int, over: int) -> list[list[int]]:
        return [[rest]] if over == 1 else [[n, *more] for n in range(rest + 1) for more in splits(rest - n, over - 1)]

    best = max(
        quorum.machine_failures({str(n): c for n, c in enumerate(split) if c}) for split in splits(members, machines)
    )
    assert quorum.best_failures(members, machines) == best


def test_tolerance_without_a_cut_has_no_bound() -> None:
    assert Tolerance(cuts=(), tried=None, stated=True).failures is None
