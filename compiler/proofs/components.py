"""Instances of each component of a cluster's control plane and of its DNS, against the number that survives the loss of one."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

from compiler.model.cluster import Spec
from compiler.model.namespaces import Workload
from compiler.proofs.placement import Placement

ComponentName = Literal["etcd", "api-server", "scheduler", "controller-manager", "cloud-controller-manager", "dns"]

NEEDED: Mapping[ComponentName, int] = MappingProxyType(
    {"etcd": 3, "api-server": 2, "scheduler": 2, "controller-manager": 2, "cloud-controller-manager": 1, "dns": 2}
)
"""Instances at the least; etcd's are odd too."""

SYSTEM = "kube-system"
DNS_LABEL = ("k8s-app", "kube-dns")
"""The label of the pods of CoreDNS and of kube-dns, whatever their Deployment is called."""
CLOUD = "cloud-controller-manager"


class Component(Struct, frozen=True):
    """One component; `count` is None where the spec does not say it."""

    name: ComponentName
    count: int | None

    @property
    def enough(self) -> bool | None:
        """Whether there are as many as needed; None where that is not known."""
        if self.count is None:
            return None
        return self.count >= NEEDED[self.name] and (self.name != "etcd" or self.count % 2 == 1)


def components(spec: Spec, placement: Placement) -> tuple[Component, ...]:
    """Return every component, in the order of the table."""
    instances = spec.control_plane.instances if spec.control_plane else 0
    servers = len(placement.api_servers) * instances
    counts: Mapping[ComponentName, int | None] = {
        "etcd": len(placement.members),
        "api-server": servers,
        "scheduler": servers,
        "controller-manager": servers,
        "cloud-controller-manager": _pods(spec, [name for name in _system(spec) if name.endswith(CLOUD)]),
        "dns": dns_pods(spec),
    }
    return tuple(Component(name, counts[name]) for name in NEEDED)


def dns_workloads(spec: Spec) -> list[str]:
    """Return the workloads of the system's namespace that are DNS, by name."""
    return [name for name, workload in _system(spec).items() if DNS_LABEL in workload.labels.items()]


def dns_pods(spec: Spec) -> int | None:
    """Return the pods of DNS, or None where the spec does not declare it."""
    return _pods(spec, dns_workloads(spec))


def _system(spec: Spec) -> Mapping[str, Workload]:
    section = spec.namespaces.get(SYSTEM)
    return section.workloads if section else {}


def _pods(spec: Spec, names: list[str]) -> int | None:
    """Return the pods of some workloads together, None for no workload. A DaemonSet has one on each node."""
    daemons = len(spec.hosts) + sum(pool.count or 0 for pool in spec.pools.values())
    found = [_system(spec)[name] for name in names]
    return sum(daemons if w.kind == "DaemonSet" else w.replicas for w in found) if found else None
