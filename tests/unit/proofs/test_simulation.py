"""Simulated failures: a bigger one never has a better outcome, and one alone has the outcome that the placement proof says."""

from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.model.cluster import Spec
from compiler.model.topology import Pool
from compiler.proofs import simulation as subject
from compiler.proofs.placement import place
from compiler.proofs.schedules import streams
from compiler.proofs.simulation import ORDER, Failure, Simulation, every, failures, simulate
from tests.unit.proofs.specs import spec
from tests.unit.proofs.test_repair import clusters

SHOP = """
hosts: {w1: {rack: null}}
namespaces:
  shop:
    workloads:
      db: {labels: {app: db}, replicas: 2, requests: {cpu: 3, memory: 20Gi}, volumes: {data: {storageClass: ceph-rbd}}}
      queue: {labels: {app: q}, volumes: {data: {storageClass: ceph-rbd}}, data: application}
      cache: {labels: {app: c}, volumes: {data: {storageClass: ceph-rbd}}, data: rebuilt}
promise: {applications: {rpo: 26h, rto: 8h}}
locations:
  near: {bucket: near, endpoint: https://s3.madrid.example.net, region: r, site: madrid, credential: {secret: near}}
backups:
  applications:
    shop: {namespaces: [shop], schedule: "0 3 * * *", retention: 14d, to: [near, offsite], volumes: {default: data-mover}}
"""
BACKED_UP = spec(SHOP)


@st.composite
def whole(draw: st.DrawFn) -> Spec:
    """A random topology with the backups and the workloads of a shop."""
    drawn = draw(clusters())
    hosts = tuple(draw(st.sets(st.sampled_from(sorted(drawn.hosts)))))
    counted = Pool.model_construct(hosts=(), count=3, site=draw(st.sampled_from(["a", None])), zones=("z1", "z2"))
    pools = {"named": BACKED_UP.pools["workers"].model_copy(update={"hosts": hosts}), "counted": counted}
    update = {"hosts": drawn.hosts, "control_plane": drawn.control_plane, "etcd": drawn.etcd, "pools": pools}
    return BACKED_UP.model_copy(update=update)


def simulated(cluster: Spec, *failed: Failure) -> Simulation:
    return simulate(cluster, place(cluster), streams(cluster), failed)


def lost(fragment: str, *failed: str) -> Simulation:
    parts = (text.partition(":") for text in failed)
    return simulated(spec(fragment), *(Failure(kind, name) for kind, _, name in parts))  # type: ignore[arg-type]


def worse_or_equal(more: Simulation, less: Simulation) -> bool:
    """Whether nothing is better after more failures."""
    before = {data.name: data for data in less.data}
    after = {data.name: data for data in more.data}
    return (
        ORDER.index(more.situation) >= ORDER.index(less.situation)
        and set(more.down) >= set(less.down)
        and {*more.down, *more.doubtful} >= {*less.down, *less.doubtful}
        and all(set(a.left) <= set(b.left) for a, b in zip(more.copies, less.copies, strict=True))
        and all(a <= b for (_, a, _), (_, b, _) in zip(more.pools, less.pools, strict=True))
        and set(after) >= set(before)
        and all((after[n].at_most or 1e9) >= (before[n].at_most or 1e9) for n in before)
        and all(after[n].certain >= before[n].certain for n in before)
        and {c.resource for c in more.too_little} >= {c.resource for c in less.too_little}
        and more.harms >= less.harms
    )


@settings(max_examples=400, deadline=None)
@given(whole(), st.data())
def test_bigger_failure_never_has_a_better_outcome(cluster: Spec, data: st.DataObject) -> None:
    some = st.lists(st.sampled_from(failures(cluster)), max_size=3, unique=True)
    less, more = data.draw(some), data.draw(some)
    assert worse_or_equal(simulated(cluster, *less, *(f for f in more if f not in less)), simulated(cluster, *less))


@settings(deadline=None)
@given(whole(), st.data())
def test_one_loss_has_the_outcome_of_the_placement_proof(cluster: Spec, data: st.DataObject) -> None:
    placement = place(cluster)
    assert placement is not None
    failure = data.draw(st.sampled_from([f for f in failures(cluster) if f.kind != "location"]))
    found = simulated(cluster, failure)
    loss = next((x for x in placement.losses(failure.kind) if x.name == failure.name), None)  # type: ignore[arg-type]
    if loss is not None:
        assert set(found.down) == loss.hosts
        stops = not placement.verdict(loss).survives
        assert (found.situation in ("quorum-lost", "servers-lost")) == stops
        assert stops or found.stopped <= bool(placement.unknown(loss.kind))


@settings(max_examples=25, deadline=None)
@given(whole())
def test_smallest_harmful_sets_are_listed_and_no_others(cluster: Spec) -> None:
    declared = failures(cluster)
    pairs = chain(combinations(declared, 1), combinations(declared, 2))
    harmful = {frozenset(chosen) for chosen in pairs if simulated(cluster, *chosen).harms}
    minimal = {s for s in harmful if not any(other < s for other in harmful)}
    found = every(cluster, place(cluster), streams(cluster), 2)
    assert {frozenset(one.failures) for one in found.harmful} == minimal


def test_too_many_sets_are_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "MAX_SETS", 10)
    found = every(BACKED_UP, place(BACKED_UP), streams(BACKED_UP), 2)
    assert (found.harmful, found.tried) == ((), 0)
    assert found.sets > 10


def test_nothing_is_lost_without_a_failure() -> None:
    found = simulated(BACKED_UP)
    assert (found.situation, found.data, found.harms) == ("serves", (), False)


def test_host_that_does_not_state_its_rack_may_be_down() -> None:
    found = lost(SHOP, "rack:a2")
    assert (found.down, found.doubtful) == (("cp2", "w2"), ("w1",))
    assert found.pools == (("workers", 0, 2),)


def test_member_of_unknown_rack_leaves_the_quorum_unproven() -> None:
    assert lost("hosts: {cp3: {rack: null}}", "rack:a2").situation == "not-proven"


def test_copy_on_the_lost_site_does_not_count_and_the_other_does() -> None:
    (etcd, shop) = lost(SHOP, "site:madrid").copies
    assert (etcd.left, shop.left) == (("offsite",), ("offsite",))


def test_copy_inside_the_cluster_never_counts() -> None:
    assert lost("locations: {offsite: {inCluster: true}}", "host:w1").copies[0].left == ()


def test_data_of_the_cluster_is_lost_with_its_site_up_to_the_last_copy() -> None:
    found = {data.name: data for data in lost(SHOP, "site:madrid").data}
    assert set(found) == {"etcd", "shop/db", "shop/queue"}
    assert found["shop/db"].certain
    assert found["shop/db"].at_most == streams(BACKED_UP)[1].worst
    assert found["shop/queue"].outside


def test_data_without_a_copy_is_lost_as_a_whole() -> None:
    found = {data.name: data.at_most for data in lost(SHOP, "site:madrid", "location:offsite").data}
    assert found["etcd"] is None
    assert found["shop/db"] is None


def test_snapshot_that_stays_in_the_storage_brings_nothing_back() -> None:
    kept = SHOP.replace("data-mover", "snapshot")
    assert {d.name: d.at_most for d in lost(kept, "site:madrid").data}["shop/db"] is None


def test_requests_that_exceed_what_is_left_do_not_fit() -> None:
    found = lost(SHOP, "host:w1")
    assert [(c.resource, int(c.requested)) for c in found.too_little] == [("memory", 2 * 20 * 2**30)]
    assert lost(SHOP, "host:cp1").too_little == ()


def test_counted_nodes_go_with_their_zone() -> None:
    managed = (
        "distribution: {name: managed, version: 1.35.4}\nmonitoring: {jobs: null}\n"
        "controlPlane: null\netcd: null\nkeys: null\nbackups: {etcd: null}\nhosts: null\n"
        "pools: {workers: null, nodes: {count: 7, site: madrid, zones: [a, b, c]}}"
    )
    found = lost(managed, "zone:b")
    assert (found.situation, found.pools) == ("of-the-provider", (("nodes", 4, 7),))
    assert lost(managed, "site:madrid").homeless


def test_everything_declared_can_fail() -> None:
    found = {f"{failure.kind}:{failure.name}" for failure in failures(spec(SHOP))}
    assert found >= {"host:w2", "rack:a3", "site:madrid", "site:paris", "location:near", "location:offsite"}
    counted = "pools: {nodes: {count: 3, site: lisbon, zones: [l1]}}\nlocations: {offsite: {zone: p1}}"
    found = {f"{failure.kind}:{failure.name}" for failure in failures(spec(counted))}
    assert found >= {"site:lisbon", "zone:l1", "zone:p1"}
    assert "feed:None" not in found


def test_number_of_sets_is_that_of_all_combinations() -> None:
    declared = len(failures(BACKED_UP))
    assert every(BACKED_UP, place(BACKED_UP), streams(BACKED_UP), 1).sets == declared
    assert every(BACKED_UP, place(BACKED_UP), streams(BACKED_UP), 2).sets == declared + declared * (declared - 1) // 2


def test_backup_of_another_namespace_brings_nothing_back() -> None:
    other = SHOP.replace("namespaces: [shop]", "namespaces: [other]").replace(
        "namespaces:\n", "namespaces:\n  other: {}\n"
    )
    assert {d.name: d.at_most for d in lost(other, "site:madrid").data}["shop/db"] is None


def test_copy_goes_with_the_zone_that_its_store_states() -> None:
    zoned = SHOP.replace("site: madrid, credential", "site: madrid, zone: m1, credential")
    assert lost(zoned, "zone:m1").copies[1].left == ("offsite",)


def test_requests_that_are_exactly_what_is_left_fit() -> None:
    exact = SHOP.replace("memory: 20Gi", "memory: 16Gi")
    assert lost(exact, "host:w1").too_little == ()


def test_cluster_that_declares_no_pool_is_not_said_to_lack_nodes() -> None:
    assert not lost("pools: null", "host:w1").homeless
