"""Instances of each component of a cluster's control plane and of its DNS, against the number that survives the loss of one."""

from collections.abc import Callable, Mapping
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
    cloud = _workloads(spec, lambda name, _: name.endswith(CLOUD))
    dns = _workloads(spec, lambda _, workload: DNS_LABEL in workload.labels.items())
    counts: Mapping[ComponentName, int | None] = {
        "etcd": len(placement.members),
        "api-server": servers,
        "scheduler": servers,
        "controller-manager": servers,
        "cloud-controller-manager": cloud,
        "dns": dns,
    }
    return tuple(Component(name, counts[name]) for name in NEEDED)


def _workloads(spec: Spec, chosen: Callable[[str, Workload], bool]) -> int | None:
    """Return the pods of the chosen workloads of the system's namespace, or None where it declares none."""
    section = spec.namespaces.get(SYSTEM)
    found = [w for name, w in section.workloads.items() if chosen(name, w)] if section else []
    return sum(_pods(spec, workload) for workload in found) if found else None


def _pods(spec: Spec, workload: Workload) -> int:
    """A DaemonSet has a pod on each node."""
    if workload.kind != "DaemonSet":
        return workload.replicas
    named = {*spec.hosts, *(name for pool in spec.pools.values() for name in pool.hosts)}
    return len(named) + sum(pool.count or 0 for pool in spec.pools.values())
