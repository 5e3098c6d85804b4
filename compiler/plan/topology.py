"""Hosts, control plane and etcd, decided."""

from dataclasses import dataclass
from typing import Literal

from compiler.model.cluster import Spec
from compiler.model.recording import recorded
from compiler.proofs import placement
from compiler.values.sources import Sources


@dataclass(frozen=True, slots=True)
class Host:
    """A machine: its name, equal to its node's, and the address that other hosts reach it by."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class EtcdCluster:
    """etcd's members, on the control-plane hosts (`stacked`) or on hosts of their own (`external`), and the smallest majority."""

    placement: Literal["stacked", "external"]
    members: tuple[Host, ...]
    quorum: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """Every host, those of the control plane, and etcd, which is None where the provider keeps the control plane."""

    hosts: tuple[Host, ...]
    control_plane_hosts: tuple[Host, ...]
    etcd: EtcdCluster | None
    sources: Sources

    @property
    def members(self) -> tuple[Host, ...]:
        """etcd's members; empty where the provider keeps the control plane."""
        return self.etcd.members if self.etcd else ()

    @property
    def page_sources(self) -> Sources:
        """All that pages state."""
        return self.sources


def topology(spec: Spec) -> Topology:
    """Decide the section."""
    view, reads = recorded(spec)
    servers = view.control_plane.hosts if view.control_plane else ()
    return Topology(
        hosts=_hosts(view, tuple(view.hosts)),
        control_plane_hosts=_hosts(view, servers),
        etcd=_etcd(view),
        sources=reads.paths(),
    )


def _etcd(spec: Spec) -> EtcdCluster | None:
    placed = placement.place(spec)
    if placed is None:
        return None
    kind = spec.etcd.placement if spec.etcd else "stacked"
    return EtcdCluster(kind, _hosts(spec, placed.members), placed.quorum)


def _hosts(spec: Spec, names: tuple[str, ...]) -> tuple[Host, ...]:
    return tuple(Host(name, spec.hosts[name].address) for name in names)
