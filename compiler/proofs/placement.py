"""Quorum by placement: which single losses the control plane survives.

A member is alive while its host is. A host is lost with its hypervisor, rack, zone or site, and with the last of its power feeds.
etcd serves while a majority of its members is alive (quorum = n // 2 + 1); the API is reachable while one API server and one
endpoint host are alive.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import Struct, field

from compiler.model.cluster import Spec
from compiler.model.topology import DomainKind, Host
from compiler.values.keypath import KeyPath


class Loss(Struct, frozen=True):
    """One failure domain going down, with the hosts that go with it."""

    kind: DomainKind
    name: str
    hosts: frozenset[str]


class Verdict(Struct, frozen=True, kw_only=True):
    """What one loss leaves: members alive, members needed, API servers and endpoint hosts alive."""

    loss: Loss
    members_lost: tuple[str, ...]
    members_left: int
    quorum: int
    api_servers_left: int
    endpoints_left: int

    @property
    def survives(self) -> bool:
        """Whether the cluster keeps serving."""
        return self.members_left >= self.quorum and self.api_servers_left > 0 and self.endpoints_left > 0


class Placement(Struct, frozen=True, kw_only=True):
    """Hosts of the members, the API servers and the endpoint, in the order of the spec. `known`: losses that were asked for before.

    A host is named once for each of its members.
    """

    hosts: Mapping[str, Host]
    members: tuple[str, ...]
    api_servers: tuple[str, ...]
    endpoints: tuple[str, ...]
    members_path: KeyPath = ("spec", "controlPlane", "hosts")
    known: dict[DomainKind, tuple[Loss, ...]] = field(default_factory=dict)

    @property
    def quorum(self) -> int:
        """Members that must be alive: the smallest majority."""
        return majority(len(self.members))

    def critical(self) -> tuple[str, ...]:
        """Return the hosts whose domains matter, each once."""
        return tuple(dict.fromkeys((*self.members, *self.api_servers, *self.endpoints)))

    def unknown(self, kind: DomainKind) -> tuple[str, ...]:
        """Return the hosts that matter and do not say which domain of this kind they are in."""
        return tuple(name for name in self.critical() if not domains_of(name, self.hosts[name], kind))

    def losses(self, kind: DomainKind) -> tuple[Loss, ...]:
        """Return every single loss of a kind, over all hosts of the cluster, by name."""
        if kind not in self.known:
            self.known[kind] = losses(self.hosts, kind)
        return self.known[kind]

    def verdict(self, loss: Loss) -> Verdict:
        """Return what the loss leaves."""
        lost = tuple(m for m in self.members if m in loss.hosts)
        return Verdict(
            loss=loss,
            members_lost=lost,
            members_left=len(self.members) - len(lost),
            quorum=self.quorum,
            api_servers_left=sum(h not in loss.hosts for h in self.api_servers),
            endpoints_left=sum(h not in loss.hosts for h in self.endpoints),
        )

    def survives(self, kind: DomainKind) -> bool:
        """Whether every host that matters states its domain, and no loss of the kind stops the cluster."""
        return not self.unknown(kind) and self.counterexample(kind) is None

    def counterexample(self, kind: DomainKind) -> Verdict | None:
        """Return the smallest loss of a kind that stops the cluster: fewest hosts, then name; None where none does."""
        critical = frozenset(self.critical())
        touched = (loss for loss in self.losses(kind) if not critical.isdisjoint(loss.hosts))
        fatal = [v for v in map(self.verdict, touched) if not v.survives]
        return min(fatal, key=lambda v: (len(v.loss.hosts), v.loss.name), default=None)


def domains_of(name: str, host: Host, kind: DomainKind) -> tuple[str, ...]:
    """Return the domains of a kind that a host depends on: itself, one, several feeds, or none stated."""
    if kind == "host":
        return (name,)
    if kind == "feed":
        return host.feed or ()
    stated: str | None = getattr(host, kind)
    return () if stated is None else (stated,)


def losses(hosts: Mapping[str, Host], kind: DomainKind) -> tuple[Loss, ...]:
    """Return every single loss of a kind; a host goes down when all its domains of the kind are lost."""
    of = {name: set(domains_of(name, host, kind)) for name, host in hosts.items()}
    names = sorted({domain for domains in of.values() for domain in domains})
    return tuple(
        Loss(kind, domain, frozenset(h for h, domains in of.items() if domains == {domain})) for domain in names
    )


def place(spec: Spec) -> Placement | None:
    """Return the placement of a cluster, or None where the provider runs the control plane."""
    if spec.control_plane is None:
        return None
    servers, external = spec.control_plane.hosts, _external(spec)
    stacked = tuple(name for name in servers for _ in range(spec.control_plane.instances))
    return Placement(
        hosts=spec.hosts,
        members=external or stacked,
        api_servers=servers,
        endpoints=_endpoints(spec, servers),
        members_path=("spec", "etcd", "hosts") if external else ("spec", "controlPlane", "hosts"),
    )


def members(spec: Spec) -> tuple[str, ...]:
    """Return the hosts of etcd's members; none where the provider runs the control plane."""
    return (_external(spec) or spec.control_plane.hosts) if spec.control_plane else ()


def majority(count: int) -> int:
    """Return the smallest majority."""
    return count // 2 + 1


def _external(spec: Spec) -> tuple[str, ...] | None:
    return spec.etcd.hosts if spec.etcd and spec.etcd.placement == "external" else None


def _endpoints(spec: Spec, servers: tuple[str, ...]) -> tuple[str, ...]:
    """Return the hosts that can hold the API's address: the one host whose own address or name it is, else stated, or every API server."""
    answers = urlsplit(spec.identity.endpoint).hostname or ""
    own = tuple(
        name
        for name, host in spec.hosts.items()
        if host.address == answers or answers == name or answers.startswith(f"{name}.")
    )
    if own:
        return own
    stated = spec.control_plane.endpoint if spec.control_plane else None
    return stated.hosts if stated else servers
