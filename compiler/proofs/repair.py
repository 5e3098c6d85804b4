"""The cheapest single change of a spec after which no loss of a kind stops the control plane, found by trying.

Each candidate is a changed spec, and its placement is proven again: the kind is survived, and no other kind that was survived is lost.
Candidates are tried in the order of what they cost: a line about the endpoint, a cable, a migration, other hosts of the spec, a machine
that is carried to another place. Hosts in the same domains are tried once.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from compiler.model.cluster import Spec
from compiler.model.topology import DOMAIN_KINDS, DomainKind
from compiler.proofs.placement import Placement, domains_of, place

MAX_TRIES = 2_000
"""Candidates after which the search ends without an answer: a second for fifty members on two hundred hosts."""

MAX_PAIRS = 12
"""Hosts of which every two are tried as further members."""

Way = Literal["endpoint-host", "api-server", "feed", "migrate", "replace", "add-members", "own-domain"]
"""The endpoint may also be held by a host; a host also runs an API server; it gets a second feed; a virtual machine moves; the control
plane or the member of one host moves to another; two hosts get a member each; a host moves to a domain of its own."""


class Repair(Struct, frozen=True):
    """One change: the hosts that it is about, and for a move the host or domain that it leads to."""

    way: Way
    hosts: tuple[str, ...]
    to: str = ""


class Search(Struct, frozen=True):
    """What was found; `complete`: whether every candidate was tried, so that nothing found means that there is none."""

    repair: Repair | None
    complete: bool


def search(spec: Spec, placement: Placement, kind: DomainKind) -> Search:
    """Return the cheapest change."""
    kept = [k for k in DOMAIN_KINDS if k != kind and placement.survives(k)]
    for tries, (repair, changed) in enumerate(_candidates(spec, placement, kind)):
        if tries == MAX_TRIES:
            return Search(None, complete=False)
        found = place(changed)
        if found is not None and changed.hosts is spec.hosts:
            found = replace(found, known=placement.known)
        if found is not None and all(found.survives(k) for k in (kind, *kept)):
            return Search(repair, complete=True)
    return Search(None, complete=True)


def _candidates(spec: Spec, placement: Placement, kind: DomainKind) -> Iterator[tuple[Repair, Spec]]:
    yield from _endpoint_hosts(spec, placement)
    yield from _api_servers(spec, placement, kind)
    yield from _feeds(spec, placement, kind)
    yield from _migrations(spec, placement, kind)
    yield from _replacements(spec, placement, kind)
    yield from _more_members(spec, placement, kind)
    yield from _own_domains(spec, placement, kind)


def _endpoint_hosts(spec: Spec, placement: Placement) -> Iterator[tuple[Repair, Spec]]:
    section = spec.control_plane
    if section is None or section.endpoint is None:
        return
    for name in placement.api_servers:
        if name not in section.endpoint.hosts:
            endpoint = section.endpoint.model_copy(update={"hosts": (*section.endpoint.hosts, name)})
            yield Repair("endpoint-host", (name,)), _with_control_plane(spec, endpoint=endpoint)


def _api_servers(spec: Spec, placement: Placement, kind: DomainKind) -> Iterator[tuple[Repair, Spec]]:
    """With stacked etcd an API server comes with a member."""
    if spec.control_plane is None or not _external(spec):
        return
    for name in _free(placement, kind, (*placement.members, *placement.api_servers)):
        yield (
            Repair("api-server", (name,)),
            _with_control_plane(spec, hosts=(*spec.control_plane.hosts, name)),
        )


def _feeds(spec: Spec, placement: Placement, kind: DomainKind) -> Iterator[tuple[Repair, Spec]]:
    if kind != "feed":
        return
    for name in placement.critical():
        now = domains_of(name, spec.hosts[name], kind)
        for feed in (loss.name for loss in placement.losses(kind)):
            if now and feed not in now:
                yield Repair("feed", (name,), feed), _with_host(spec, name, feed=(*now, feed))


def _migrations(spec: Spec, placement: Placement, kind: DomainKind) -> Iterator[tuple[Repair, Spec]]:
    if kind != "hypervisor":
        return
    for name in placement.critical():
        for machine in (loss.name for loss in placement.losses(kind)):
            if spec.hosts[name].hypervisor not in (None, machine):
                yield Repair("migrate", (name,), machine), _with_host(spec, name, hypervisor=machine)


def _replacements(spec: Spec, placement: Placement, kind: DomainKind) -> Iterator[tuple[Repair, Spec]]:
    taken = (*placement.members, *(() if _external(spec) else placement.api_servers))
    free = tuple(_free(placement, kind, taken))
    for old in dict.fromkeys(placement.members):
        for new in free:
            yield Repair("replace", (old,), new), _replaced(spec, old, new)


def _more_members(spec: Spec, placement: Placement, kind: DomainKind) -> Iterator[tuple[Repair, Spec]]:
    free = list(_free(placement, kind, placement.members, each=2))[:MAX_PAIRS]
    for added in combinations(free, 2):
        yield Repair("add-members", added), _with_members(spec, (*dict.fromkeys(placement.members), *added))


def _own_domains(spec: Spec, placement: Placement, kind: DomainKind) -> Iterator[tuple[Repair, Spec]]:
    if kind == "host":
        return
    for name in placement.critical():
        own = f"{kind}-of-{name}"
        yield Repair("own-domain", (name,)), _with_host(spec, name, **{kind: (own,) if kind == "feed" else own})


def _free(placement: Placement, kind: DomainKind, taken: tuple[str, ...], each: int = 1) -> Iterator[str]:
    """Yield the first hosts of each combination of domains; a host that does not state its domain proves nothing."""
    seen: dict[object, int] = {}
    for name, host in placement.hosts.items():
        if name in taken or not domains_of(name, host, kind):
            continue
        where = tuple(domains_of(name, host, k) for k in DOMAIN_KINDS if k != "host")
        role = (name in placement.endpoints, name in placement.api_servers)
        seen[where, role] = seen.get((where, role), 0) + 1
        if seen[where, role] <= each:
            yield name


def _replaced(spec: Spec, old: str, new: str) -> Spec:
    def swapped(hosts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(new if name == old else name for name in hosts))

    section = spec.control_plane
    if section is None or (_external(spec) and spec.etcd is not None):
        return spec.model_copy(
            update={"etcd": spec.etcd and spec.etcd.model_copy(update={"hosts": swapped(spec.etcd.hosts or ())})}
        )
    endpoint = section.endpoint and section.endpoint.model_copy(update={"hosts": swapped(section.endpoint.hosts)})
    return _with_control_plane(spec, hosts=swapped(section.hosts), endpoint=endpoint)


def _with_members(spec: Spec, members: tuple[str, ...]) -> Spec:
    if _external(spec) and spec.etcd is not None:
        return spec.model_copy(update={"etcd": spec.etcd.model_copy(update={"hosts": members})})
    return _with_control_plane(spec, hosts=members)


def _external(spec: Spec) -> bool:
    return spec.etcd is not None and spec.etcd.placement == "external"


def _with_control_plane(spec: Spec, **fields: Any) -> Spec:
    return spec.model_copy(
        update={"control_plane": spec.control_plane and spec.control_plane.model_copy(update=fields)}
    )


def _with_host(spec: Spec, name: str, **fields: Any) -> Spec:
    return spec.model_copy(update={"hosts": spec.hosts | {name: spec.hosts[name].model_copy(update=fields)}})
