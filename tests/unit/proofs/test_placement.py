"""Quorum by placement against an oracle that tries every loss by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.model.topology import DomainKind, Host
from compiler.proofs.placement import Placement, domains_of, place
from tests.unit.proofs.specs import host, spec

KINDS: list[DomainKind] = ["host", "hypervisor", "rack", "feed", "zone", "site"]
names = st.one_of(st.none(), st.sampled_from(["a", "b", "c", "d"]))
feeds = st.one_of(names, st.lists(st.sampled_from(["f1", "f2", "f3"]), min_size=1, max_size=3, unique=True))


def everywhere(hosts: dict[str, Host]) -> Placement:
    """Members, API servers and the endpoint on every host."""
    return Placement(hosts=hosts, members=tuple(hosts), api_servers=tuple(hosts), endpoints=tuple(hosts))


@st.composite
def placements(draw: st.DrawFn) -> Placement:
    hosts = {
        f"h{n}": host(n, rack=draw(names), zone=draw(names), site=draw(names), hypervisor=draw(names), feed=draw(feeds))
        for n in range(draw(st.integers(1, 7)))
    }
    some = st.lists(st.sampled_from(sorted(hosts)), min_size=1, max_size=5, unique=True).map(tuple)
    return Placement(hosts=hosts, members=draw(some), api_servers=draw(some), endpoints=draw(some))


def alive(host: Host, name: str, kind: DomainKind, lost: str) -> bool:
    """The oracle: a host is alive while one domain that it depends on is, or when none is known."""
    if kind == "host":
        return name != lost
    stated = getattr(host, kind)
    if stated is None:
        return True
    return any(domain != lost for domain in ([stated] if isinstance(stated, str) else stated))


def serves(placement: Placement, kind: DomainKind, lost: str) -> bool:
    living = {n for n, h in placement.hosts.items() if alive(h, n, kind, lost)}
    members = [m for m in placement.members if m in living]
    return (
        2 * len(members) > len(placement.members)
        and any(s in living for s in placement.api_servers)
        and any(e in living for e in placement.endpoints)
    )


def fatal(placement: Placement, kind: DomainKind) -> set[str]:
    domains = {d for n, h in placement.hosts.items() for d in domains_of(n, h, kind)}
    return {domain for domain in domains if not serves(placement, kind, domain)}


@given(placements(), st.sampled_from(KINDS))
def test_counterexample_exists_exactly_where_some_loss_stops_the_cluster(
    placement: Placement, kind: DomainKind
) -> None:
    found = placement.counterexample(kind)
    deadly = fatal(placement, kind)
    assert (found is None) == (not deadly)
    if found is not None:
        assert found.loss.name in deadly


@given(placements(), st.sampled_from(KINDS))
def test_counterexample_is_the_one_that_takes_fewest_hosts(placement: Placement, kind: DomainKind) -> None:
    found = placement.counterexample(kind)
    if found is not None:
        sizes = [len(v.loss.hosts) for v in map(placement.verdict, placement.losses(kind)) if not v.survives]
        assert len(found.loss.hosts) == min(sizes)


@given(st.lists(st.sampled_from(["a1", "a2"]), min_size=3, max_size=3))
def test_three_members_in_two_racks_never_survive_the_loss_of_either(racks: list[str]) -> None:
    hosts = {f"h{n}": host(n, rack=rack) for n, rack in enumerate(racks)}
    assert everywhere(hosts).counterexample("rack") is not None


@pytest.mark.parametrize(("members", "quorum"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (6, 4), (7, 4)])
def test_quorum_is_the_smallest_majority(members: int, quorum: int) -> None:
    hosts = {f"h{n}": host(n) for n in range(members)}
    assert everywhere(hosts).quorum == quorum


def test_managed_cluster_has_no_placement_of_ours() -> None:
    assert place(spec("controlPlane: null")) is None


def test_external_members_run_on_their_own_hosts() -> None:
    found = place(spec("etcd: {placement: external, hosts: [w1, w2, cp1]}"))
    assert found is not None
    assert found.members == ("w1", "w2", "cp1")
    assert found.api_servers == ("cp1", "cp2", "cp3")


def test_endpoint_is_held_by_every_control_plane_host_unless_said_otherwise() -> None:
    everywhere = place(spec())
    narrow = place(spec("controlPlane: {endpoint: {hosts: [cp1]}}"))
    assert everywhere is not None
    assert narrow is not None
    assert everywhere.endpoints == ("cp1", "cp2", "cp3")
    assert narrow.endpoints == ("cp1",)


def test_host_that_hangs_on_two_feeds_is_lost_with_neither() -> None:
    hosts = {"h1": host(1, feed=["f1", "f2"]), "h2": host(2, feed="f1")}
    lost = {
        loss.name: loss.hosts
        for loss in Placement(hosts=hosts, members=("h1",), api_servers=("h1",), endpoints=("h1",)).losses("feed")
    }
    assert lost == {"f1": {"h2"}, "f2": frozenset()}
