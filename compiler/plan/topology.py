"""Hosts, control plane and etcd, decided."""

from collections.abc import Iterable
from typing import Literal

from compiler.model import topology as model
from compiler.model.cluster import Spec
from compiler.model.decided import Decide, Decided, decided
from compiler.proofs import placement


class Host(Decided, frozen=True):
    """A machine: its name, equal to its node's, and the address that other hosts reach it by."""

    name: str
    address: str


class EtcdCluster(Decided, frozen=True):
    """etcd's members, on the control-plane hosts (`stacked`) or on hosts of their own (`external`), and the smallest majority."""

    placement: Literal["stacked", "external"]
    members: tuple[Host, ...]
    quorum: int


class Topology(Decided, frozen=True, kw_only=True):
    """Every host, those of the control plane, and etcd, which is None where the provider keeps the control plane."""

    hosts: tuple[Host, ...]
    control_plane_hosts: tuple[Host, ...]
    etcd: EtcdCluster | None

    @property
    def members(self) -> tuple[Host, ...]:
        """etcd's members; empty where the provider keeps the control plane."""
        return self.etcd.members if self.etcd else ()


def topology(spec: Spec) -> Topology:
    """Decide the section."""
    decide = Decide(spec)
    return decided(
        Topology,
        hosts=decide(lambda spec: _hosts(spec, spec.hosts)),
        control_plane_hosts=decide(lambda spec: _hosts(spec, spec.control_plane.hosts if spec.control_plane else ())),
        etcd=decide(lambda spec: _etcd(spec) if spec.control_plane else None),
    )


def _etcd(spec: Spec) -> EtcdCluster:
    decide = Decide(spec)
    return decided(
        EtcdCluster,
        placement=decide(lambda spec: spec.etcd.placement if spec.etcd else "stacked"),
        members=decide(lambda spec: _hosts(spec, placement.members(spec))),
        quorum=decide(lambda spec: placement.majority(len(placement.members(spec)))),
    )


def _hosts(spec: Spec, names: Iterable[str]) -> tuple[Host, ...]:
    return tuple(_host(name, spec.hosts[name]) for name in names)


def _host(name: str, stated: model.Host) -> Host:
    decide = Decide(stated)
    return decided(Host, name=name, address=decide(lambda host: host.address))
