"""What a set of failures leaves: hosts, the control plane, copies of the backups, data and capacity.

Where the spec does not say whether a host or a location is in a domain that failed, both answers are kept: what is certainly gone, and
what may be. Nothing that is not known counts as kept. A set that contains another never has a better outcome.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import combinations
from math import comb
from typing import Literal, get_args

from msgspec import Struct

from compiler.model.cluster import Spec
from compiler.model.topology import DOMAIN_KINDS, DomainKind
from compiler.proofs.capacity import Compute, left
from compiler.proofs.placement import Loss, Placement, Verdict, domains_of
from compiler.proofs.places import Place, places
from compiler.proofs.schedules import Stream

FailureKind = Literal[DomainKind, "location"]
"""What can fail: every kind of domain, and a location that backups are kept in."""

FAILURE_KINDS: tuple[FailureKind, ...] = get_args(FailureKind)

Lost = Mapping[FailureKind, set[str]]
"""Names of what failed, by kind."""

Situation = Literal["of-the-provider", "serves", "member-lost", "not-proven", "quorum-lost", "servers-lost"]
"""Of the control plane, from the best to the worst: nothing of it is known here; it serves with all of its hosts, or with some of them
gone; a host does not state its domain; it stopped and a control-plane host is left, or none is."""

ORDER: tuple[Situation, ...] = get_args(Situation)

ETCD = "etcd"
"""The name of etcd's own data; that of a workload has its namespace before a slash."""

MAX_SETS = 5_000
"""Sets of failures that are tried, in two seconds at most; more are not, and the answer says so."""


class Failure(Struct, frozen=True):
    """One thing that is gone, by its kind and its name."""

    kind: FailureKind
    name: str


class Copies(Struct, frozen=True, kw_only=True):
    """One backup: the locations where a copy is certainly left, and the age of its data at its worst, in seconds."""

    stream: Stream
    left: tuple[str, ...]


class Data(Struct, frozen=True, kw_only=True):
    """The data of etcd or of a workload that the failures reach.

    `at_most`: seconds of it that are lost at most, None for all. `certain`: whether something is lost for certain. `outside`: whether
    the application brings it back by a tool of its own, of which nothing is known here.
    """

    name: str
    at_most: int | None
    certain: bool
    outside: bool = False


class Capacity(Struct, frozen=True, kw_only=True):
    """One resource: what the pools have left and what the declared workloads request, in cores or bytes."""

    resource: Compute
    left: Decimal
    requested: Decimal


class Simulation(Struct, frozen=True, kw_only=True):
    """What is left. `down` is certainly gone, `doubtful` may be. Pools: nodes left of all, by pool."""

    failures: tuple[Failure, ...]
    down: tuple[str, ...]
    doubtful: tuple[str, ...]
    situation: Situation
    members_left: tuple[int, int] | None
    copies: tuple[Copies, ...]
    data: tuple[Data, ...]
    pools: tuple[tuple[str, int, int], ...]
    too_little: tuple[Capacity, ...]

    @property
    def stopped(self) -> bool:
        """Whether the control plane does not serve, or is not proven to."""
        return self.situation in ("not-proven", "quorum-lost", "servers-lost")

    @property
    def harms(self) -> bool:
        """Whether service, data, the last copy or the space for what is declared is gone, or not proven to be left.

        Data that may be gone with a host and that a copy brings back does not count: storage with replicas loses nothing then.
        """
        lost = any(data.certain or (data.at_most is None and not data.outside) for data in self.data)
        return self.stopped or self.homeless or lost or bool(self.too_little) or any(not c.left for c in self.copies)

    @property
    def homeless(self) -> bool:
        """Whether no node of any pool is left to run workloads."""
        return bool(self.pools) and not any(nodes for _, nodes, _ in self.pools)


class Enumeration(Struct, frozen=True):
    """The smallest sets of failures that do harm, and how many sets there are; none were tried where there are too many."""

    harmful: tuple[Simulation, ...]
    tried: int
    sets: int


def failures(spec: Spec) -> tuple[Failure, ...]:
    """Return everything declared that can fail."""
    names: dict[FailureKind, set[str]] = {
        kind: {d for name, host in spec.hosts.items() for d in domains_of(name, host, kind)} for kind in DOMAIN_KINDS
    }
    for pool in spec.pools.values():
        names["zone"] |= set(pool.zones)
        names["site"] |= {pool.site} if pool.count is not None and pool.site else set()
    for location in spec.locations.values():
        names["site"] |= {location.site} if location.site else set()
        names["zone"] |= {location.zone} if location.zone else set()
    names["location"] = set(spec.locations)
    return tuple(Failure(kind, name) for kind, of_kind in names.items() for name in sorted(of_kind))


def every(spec: Spec, placement: Placement | None, streams: tuple[Stream, ...], number: int) -> Enumeration:
    """Simulate every set of so many failures, fewer first; a set that contains a harmful one is not listed again."""
    declared, where = failures(spec), places(spec)
    total = sum(comb(len(declared), size) for size in range(1, number + 1))
    if total > MAX_SETS:
        return Enumeration((), 0, total)
    harmful: list[Simulation] = []
    for size in range(1, number + 1):
        found = [
            _simulate(spec, placement, streams, where, chosen)
            for chosen in combinations(declared, size)
            if not any(set(worse.failures) <= set(chosen) for worse in harmful)
        ]
        harmful += [simulation for simulation in found if simulation.harms]
    return Enumeration(tuple(harmful), total, total)


def simulate(
    spec: Spec, placement: Placement | None, streams: tuple[Stream, ...], failed: tuple[Failure, ...]
) -> Simulation:
    """Return what is left after all of these failures at once."""
    return _simulate(spec, placement, streams, places(spec), failed)


def _simulate(
    spec: Spec,
    placement: Placement | None,
    streams: tuple[Stream, ...],
    where: tuple[Place, ...],
    failed: tuple[Failure, ...],
) -> Simulation:
    lost = {kind: {f.name for f in failed if f.kind == kind} for kind in FAILURE_KINDS}
    down, doubtful = _hosts(spec, lost)
    pools = tuple(_pools(spec, {*down, *doubtful}, lost))
    copies = tuple(Copies(stream=s, left=tuple(_copies(spec, where, s, lost))) for s in streams)
    situation = _situation(placement, down, doubtful)
    wide = any(place.site in lost["site"] or place.zone in lost["zone"] for place in where)
    everything = all(nodes == 0 for _, nodes, _ in pools) and len(down) == len(spec.hosts)
    return Simulation(
        failures=failed,
        down=down,
        doubtful=doubtful,
        situation=situation,
        members_left=_members(placement, {*down, *doubtful}),
        copies=copies,
        data=(
            *_etcd_data(placement, situation, (down, doubtful), copies),
            *_workload_data(spec, copies, bool(down or doubtful or everything), wide, everything),
        ),
        pools=pools,
        too_little=tuple(_capacity(spec, {*down, *doubtful}, {name: nodes for name, nodes, _ in pools})),
    )


def _hosts(spec: Spec, lost: Lost) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the hosts that are gone, and those of which it is not known. A host with two feeds goes with both."""
    down, doubtful = [], []
    for name, host in spec.hosts.items():
        on: dict[DomainKind, tuple[str, ...]] = {k: domains_of(name, host, k) for k in DOMAIN_KINDS if lost[k]}
        if any(domains and set(domains) <= lost[kind] for kind, domains in on.items()):
            down.append(name)
        elif not all(on.values()):
            doubtful.append(name)
    return tuple(down), tuple(doubtful)


def _pools(spec: Spec, gone: set[str], lost: Lost) -> Iterator[tuple[str, int, int]]:
    """Yield the nodes left of each pool. Counted nodes are spread over their zones evenly; the larger share goes first."""
    for name, pool in spec.pools.items():
        if pool.count is None:
            yield name, sum(host not in gone for host in pool.hosts), len(pool.hosts)
        elif (lost["site"] and (pool.site is None or pool.site in lost["site"])) or (lost["zone"] and not pool.zones):
            yield name, 0, pool.count
        else:
            zones = len(set(pool.zones) & lost["zone"])
            gone_nodes = -(-pool.count * zones // len(pool.zones)) if pool.zones else 0
            yield name, pool.count - gone_nodes, pool.count


def _copies(spec: Spec, where: tuple[Place, ...], stream: Stream, lost: Lost) -> Iterator[str]:
    for name in stream.to:
        location = spec.locations[name]
        at_site = lost["site"] and (location.site is None or location.site in lost["site"])
        in_zone = lost["zone"] and _in_lost_zone(where, location.site, location.zone, lost["zone"])
        if name not in lost["location"] and not location.in_cluster and not at_site and not in_zone:
            yield name


def _in_lost_zone(where: tuple[Place, ...], site: str | None, zone: str | None, lost: set[str]) -> bool:
    """Whether a store may be in a lost zone: one that states none is elsewhere where its site is no site of the cluster."""
    if zone is not None:
        return zone in lost
    return site is None or site in {place.site for place in where}


def _situation(placement: Placement | None, down: Iterable[str], doubtful: Iterable[str]) -> Situation:
    if placement is None:
        return "of-the-provider"
    certain, doubted = _without(placement, down), _without(placement, (*down, *doubtful))
    if not certain.survives:
        return "quorum-lost" if certain.api_servers_left else "servers-lost"
    if not doubted.survives:
        return "not-proven"
    return "serves" if doubted.loss.hosts.isdisjoint(placement.critical()) else "member-lost"


def _without(placement: Placement, gone: Iterable[str]) -> Verdict:
    """Return what is left of the control plane without these hosts."""
    return placement.verdict(Loss("host", "", frozenset(gone)))


def _members(placement: Placement | None, gone: set[str]) -> tuple[int, int] | None:
    return None if placement is None else (_without(placement, gone).members_left, len(placement.members))


def _etcd_data(
    placement: Placement | None,
    situation: Situation,
    hosts: tuple[tuple[str, ...], tuple[str, ...]],
    copies: tuple[Copies, ...],
) -> Iterator[Data]:
    """While etcd keeps its quorum nothing is lost. Without it the snapshot is what the page restores, even where a member is left."""
    if placement is None or situation in ("serves", "member-lost"):
        return
    down, doubtful = hosts
    if _without(placement, (*down, *doubtful)).members_left >= placement.quorum:
        return
    at_most = min((c.stream.worst for c in copies if c.stream.kind == "etcd" and c.left), default=None)
    yield Data(name=ETCD, at_most=at_most, certain=_without(placement, down).members_left == 0)


def _workload_data(spec: Spec, copies: tuple[Copies, ...], hosts: bool, wide: bool, everything: bool) -> Iterator[Data]:
    """Storage of the cluster may be gone with any host, and is with all of them; whether it has replicas is not known here.

    External storage is where the nodes are, as far as is known: it may be gone with a site or a zone of theirs.
    """
    for namespace, section in spec.namespaces.items():
        for name, workload in section.workloads.items():
            backends = {spec.storage_classes[v.storage_class].backend for v in workload.volumes.values()}
            reached = ("in-cluster" in backends and hosts) or ("external" in backends and wide)
            if reached and workload.data != "rebuilt":
                found = [c.stream.worst for c in copies if c.left and _takes(spec, c.stream, namespace)]
                outside = workload.data == "application"
                certain = everything and "in-cluster" in backends
                at_most = None if outside else min(found, default=None)
                yield Data(name=f"{namespace}/{name}", at_most=at_most, certain=certain, outside=outside)


def _takes(spec: Spec, stream: Stream, namespace: str) -> bool:
    """A snapshot that stays in the storage of the cluster is no copy of the data."""
    backup = spec.backups.applications.get(stream.name) if stream.kind == "application" else None
    return backup is not None and namespace in backup.namespaces and "snapshot" not in backup.volumes.values()


def _capacity(spec: Spec, gone: set[str], nodes: dict[str, int]) -> Iterator[Capacity]:
    """Yield the resources of which the declared requests exceed what is left. That they do not is no proof that all fits."""
    resources: tuple[Compute, ...] = ("cpu", "memory")
    for resource in resources:
        have = left(spec, resource, gone, nodes)
        requests = [
            w.requests[resource].amount * w.replicas
            for section in spec.namespaces.values()
            for w in section.workloads.values()
            if resource in w.requests and w.kind != "DaemonSet"
        ]
        if have is not None and sum(requests, Decimal(0)) > have:
            yield Capacity(resource=resource, left=have, requested=sum(requests, Decimal(0)))
