"""The cheapest change: carried out here by plain reading of it, and judged by the oracle of the placement tests."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.model.cluster import Spec
from compiler.model.etcd import Etcd
from compiler.model.topology import ControlPlane, DomainKind, Endpoint, Host
from compiler.proofs import repair
from compiler.proofs.placement import Placement, place
from compiler.proofs.repair import Repair, search
from tests.unit.proofs.specs import host, spec
from tests.unit.proofs.test_placement import KINDS, fatal, feeds, names

BASE = spec()


@st.composite
def clusters(draw: st.DrawFn) -> Spec:
    hosts = {
        f"h{n}": host(n, rack=draw(names), hypervisor=draw(names), site=draw(names), feed=draw(feeds))
        for n in range(draw(st.integers(1, 6)))
    }
    some = st.lists(st.sampled_from(sorted(hosts)), min_size=1, max_size=5, unique=True).map(tuple)
    holders = draw(st.one_of(st.none(), some))
    endpoint = Endpoint.model_construct(vip="10.9.9.9", hosts=holders) if holders else None
    etcd = Etcd.model_construct(placement="external", hosts=draw(some)) if draw(st.booleans()) else None
    section = ControlPlane.model_construct(hosts=draw(some), instances=1, endpoint=endpoint)
    return BASE.model_copy(update={"hosts": hosts, "control_plane": section, "etcd": etcd})


def carried_out(cluster: Spec, placement: Placement, change: Repair, kind: DomainKind) -> Placement:
    """Return the placement after a person did what the change says."""
    hosts: dict[str, Host] = dict(cluster.hosts)
    lists = {"members": placement.members, "api_servers": placement.api_servers, "endpoints": placement.endpoints}
    external = cluster.etcd is not None
    stated = cluster.control_plane is not None and cluster.control_plane.endpoint is not None
    first = change.hosts[0]
    if change.way == "endpoint-host":
        lists["endpoints"] += (first,)
    elif change.way == "api-server":
        lists["api_servers"] += (first,)
        lists["endpoints"] += () if stated else (first,)
    elif change.way == "add-members":
        for name in lists if not external else ["members"]:
            lists[name] += change.hosts if name != "endpoints" or not stated else ()
    elif change.way == "replace":
        for name in lists if not external else ["members"]:
            lists[name] = tuple(dict.fromkeys(change.to if h == first else h for h in lists[name]))
    elif change.way == "feed":
        hosts[first] = hosts[first].model_copy(update={"feed": (*(hosts[first].feed or ()), change.to)})
    else:
        own: Any = change.to if change.way == "migrate" else "its-own"
        hosts[first] = hosts[first].model_copy(update={kind: (own,) if kind == "feed" else own})
    return Placement(
        hosts=hosts, members=lists["members"], api_servers=lists["api_servers"], endpoints=lists["endpoints"]
    )


@settings(max_examples=300)
@given(clusters(), st.sampled_from(KINDS))
def test_change_ends_the_loss_when_it_is_carried_out(cluster: Spec, kind: DomainKind) -> None:
    placement = place(cluster)
    assert placement is not None
    found = search(cluster, placement, kind)
    if fatal(placement, kind) and found.repair is not None:
        after = carried_out(cluster, placement, found.repair, kind)
        assert fatal(after, kind) == set()
        for other in KINDS:
            if not fatal(placement, other) and not placement.unknown(other):
                assert fatal(after, other) == set()


@settings(max_examples=300)
@given(clusters(), st.sampled_from(KINDS))
def test_no_change_is_found_only_where_no_member_can_be_moved_to_a_better_host(cluster: Spec, kind: DomainKind) -> None:
    placement = place(cluster)
    assert placement is not None
    kept = [k for k in KINDS if not fatal(placement, k) and not placement.unknown(k)]
    if search(cluster, placement, kind).repair is None:
        external = cluster.etcd is not None
        for old in placement.members:
            for new in (
                set(cluster.hosts) - set(placement.members) - (set() if external else set(placement.api_servers))
            ):
                moved = carried_out(cluster, placement, Repair("replace", (old,), new), kind)
                assert (
                    fatal(moved, kind) or moved.unknown(kind) or any(fatal(moved, k) or moved.unknown(k) for k in kept)
                )


def large(hosts: int, racks: int) -> tuple[Spec, Placement]:
    """Three members in one of many racks."""
    made = {f"h{n}": host(n, rack=f"r{max(n - 2, 0) % racks}") for n in range(hosts)}
    section = ControlPlane.model_construct(hosts=("h0", "h1", "h2"), instances=1, endpoint=None)
    cluster = BASE.model_copy(update={"hosts": made, "control_plane": section, "etcd": None})
    placement = place(cluster)
    assert placement is not None
    return cluster, placement


def test_hosts_in_the_same_domains_are_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repair, "MAX_TRIES", 100)
    cluster, placement = large(200, 2)
    assert search(cluster, placement, "rack").complete


def test_search_that_was_cut_off_does_not_say_that_there_is_no_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repair, "MAX_TRIES", 3)
    cluster, placement = large(200, 2)
    assert search(cluster, placement, "rack") == repair.Search(None, complete=False)


def test_cheaper_change_is_preferred() -> None:
    """A line about the endpoint before a machine that is carried elsewhere."""
    cluster = spec("controlPlane: {endpoint: {vip: 10.20.0.10, hosts: [cp1]}}")
    placement = place(cluster)
    assert placement is not None
    assert search(cluster, placement, "rack").repair == Repair("endpoint-host", ("cp2",))


def test_kind_that_is_lost_anyway_does_not_hide_a_change() -> None:
    """All hosts are at one site, and a rack has two of three members."""
    cluster = spec("hosts: {cp2: {rack: a1}, w2: {rack: a2}}")
    placement = place(cluster)
    assert placement is not None
    assert placement.counterexample("site") is not None
    assert search(cluster, placement, "rack").repair == Repair("replace", ("cp1",), "w2")


def test_external_member_moves_without_its_api_server() -> None:
    hosts = "e1: {address: 10.0.9.1, rack: a1}, e2: {address: 10.0.9.2, rack: a1}, e3: {address: 10.0.9.3, rack: a2}"
    cluster = spec(f"hosts: {{{hosts}}}\netcd: {{placement: external, hosts: [e1, e2, e3]}}")
    placement = place(cluster)
    assert placement is not None
    assert search(cluster, placement, "rack").repair == Repair("replace", ("e1",), "cp3")


def test_virtual_machine_moves_only_between_hypervisors() -> None:
    cluster = spec("hosts: {cp1: {hypervisor: v1}, cp2: {hypervisor: v1}, cp3: {hypervisor: v2}, w1: {hypervisor: v3}}")
    placement = place(cluster)
    assert placement is not None
    assert search(cluster, placement, "hypervisor").repair == Repair("migrate", ("cp1",), "v3")
