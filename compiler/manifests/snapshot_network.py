"""NetworkPolicy: nobody reaches a snapshot pod, and it reaches etcd's port, the ports of its stores and, for a store with a name, DNS.

Ports without addresses: a pod asks the member on its own host, whose address is not known before, and network plugins do not agree on
whether an address block covers a node. A policy acts on the pod, not on its stages. The network plugin enforces it, or nobody does.
"""

from collections.abc import Iterator

from compiler.kube import meta
from compiler.kube.manifest import Manifest, ObjectKey, Origin, manifest
from compiler.plan import naming
from compiler.plan.etcd_backup import ETCD_PORT
from compiler.plan.plan import Plan

DNS_PORT = 53


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield the policy, where a pod of the cluster backs up etcd."""
    backup = plan.snapshot_job
    if backup is None:
        return
    tcp = dict.fromkeys((ETCD_PORT, *(store.port for store in backup.stores)))
    egress = [{"ports": [_port("TCP", port) for port in tcp]}]
    if any(store.needs_dns for store in backup.stores):
        egress.append({"ports": [_port("UDP", DNS_PORT), _port("TCP", DNS_PORT)]})
    yield manifest(
        ObjectKey("networking.k8s.io/v1", "NetworkPolicy", naming.SNAPSHOT_JOB, naming.BACKUP_NAMESPACE),
        {"spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"], "egress": egress}},
        layer="backup-control-plane",
        labels=meta.labels(plan.cluster.name),
        origin=Origin(
            exists=backup.exists, made_from=tuple(store.field_sources["endpoint"] for store in backup.stores)
        ),
        guard="consent",
    )


def _port(protocol: str, port: int) -> dict[str, object]:
    return {"protocol": protocol, "port": port}
