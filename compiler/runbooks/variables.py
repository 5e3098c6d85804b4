"""What the preamble of a step can set: each variable by name, from the plan. A step's `step.toml` lists those that it uses."""

import base64
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlsplit

from compiler.distributions.capabilities import ControlPlaneFiles, EtcdAccess, StaticPods
from compiler.plan import naming
from compiler.plan.etcd_backup import SnapshotJob
from compiler.plan.plan import Plan
from compiler.plan.prerequisites import backup_secrets
from compiler.plan.stores import Store
from compiler.plan.topology import Host
from compiler.runbooks.block import Value

HTTPS = 443
WATCH_GRACE_SECONDS = 120
"""Beyond the Job's own deadline, until its result is written to its status."""


def _etcd(plan: Plan) -> EtcdAccess:
    etcd = plan.cluster.distribution.etcd_in_static_pods
    if etcd is None:
        raise ValueError(f"etcd of {plan.cluster.name} does not run as static pods")
    return etcd


def _files(plan: Plan) -> ControlPlaneFiles:
    files = plan.cluster.distribution.files
    if files is None:
        raise ValueError(f"no control-plane files of {plan.cluster.name} can be reached")
    return files


def _static_pods(plan: Plan) -> str:
    control_plane = plan.cluster.distribution.control_plane
    if not isinstance(control_plane, StaticPods):
        raise ValueError(f"the control plane of {plan.cluster.name} does not run as static pods")
    return control_plane.folder


def _url_host(host: Host) -> str:
    """Return a host's address as a URL has it: IPv6 in brackets."""
    return f"[{host.address}]" if ":" in host.address else host.address


def _peers(plan: Plan) -> str:
    """Return etcd's `--initial-cluster`: every member with its peer URL."""
    port = _etcd(plan).peer_port
    return ",".join(f"{member.name}=https://{_url_host(member)}:{port}" for member in plan.topology.members)


def _backed_up(plan: Plan) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for schedule in plan.applications.schedules for name in schedule.namespaces))


def _base64(certificates: str) -> str:
    """Return PEM as one word."""
    return base64.b64encode(certificates.encode()).decode()


def _authorities(stores: Iterable[Store]) -> tuple[str, ...]:
    """Return the private CA of each store that has one, behind the store's URL."""
    return tuple(dict.fromkeys(f"{store.endpoint}={_base64(store.ca)}" for store in stores if store.ca))


def watch_seconds(backup: SnapshotJob) -> int:
    """Return after how many seconds a run has ended, one way or the other."""
    return backup.deadline + WATCH_GRACE_SECONDS


def _secrets(plan: Plan) -> tuple[str, ...]:
    """Return each Secret that backups need as `namespace/name`."""
    needed = backup_secrets(plan.etcd_backup, plan.applications)
    return tuple(dict.fromkeys(f"{secret.namespace}/{secret.name}" for secret in needed))


VARIABLES: Mapping[str, Callable[[Plan], Value]] = {
    "CLUSTER": lambda plan: plan.cluster.name,
    "API_ENDPOINT": lambda plan: plan.cluster.endpoint,
    "API_PORT": lambda plan: str(urlsplit(plan.cluster.endpoint).port or HTTPS),
    "CA_DIGEST": lambda plan: (plan.cluster.ca_fingerprint or "").removeprefix("sha256:"),
    "CLUSTER_CA": lambda plan: _files(plan).ca,
    "ADMIN_CONF": lambda plan: _files(plan).admin_config,
    "STATIC_PODS": _static_pods,
    "ETCD_DATA": lambda plan: _etcd(plan).data,
    "ETCD_CA": lambda plan: _etcd(plan).client.ca,
    "ETCD_CERT": lambda plan: _etcd(plan).client.certificate,
    "ETCD_KEY": lambda plan: _etcd(plan).client.key,
    "MEMBERS": lambda plan: tuple(f"{member.name}={_url_host(member)}" for member in plan.topology.members),
    "HOST_ADDRESSES": lambda plan: tuple(host.address for host in plan.topology.hosts),
    "INITIAL_CLUSTER": _peers,
    "SSH_USER": lambda plan: plan.access.user,
    "SSH_PORT": lambda plan: str(plan.access.port),
    "SSH_JUMP": lambda plan: plan.access.jump or "",
    "SSH_SUDO": lambda plan: "yes" if plan.access.sudo else "",
    "ARGO_NAMESPACE": lambda plan: plan.delivery.engine.namespace if plan.delivery else "",
    "FLUX_NAMESPACE": lambda plan: plan.delivery.engine.namespace if plan.delivery else "",
    "VELERO_NAMESPACE": lambda plan: plan.applications.velero.namespace,
    "NAMESPACES": _backed_up,
    "MONITORING_NAMESPACE": lambda plan: plan.monitoring.namespace,
    "LOCATIONS": lambda plan: tuple(location.store.name for location in plan.applications.locations),
    "SCHEDULES": lambda plan: tuple(schedule.name for schedule in plan.applications.schedules),
    "BACKUP_NAMESPACE": lambda _: naming.BACKUP_NAMESPACE,
    "BACKUP_JOB": lambda _: naming.SNAPSHOT_JOB,
    "BACKUP_DEADLINE": lambda plan: str(watch_seconds(plan.snapshot_job) if plan.snapshot_job else 0),
    "SIGNERS": lambda plan: tuple(
        f"{signer.name}={signer.key}" for signer in (plan.etcd_backup.signers if plan.etcd_backup else ())
    ),
    "STORE_CAS": lambda plan: _authorities(plan.stores),
    "VELERO_CAS": lambda plan: _authorities(location.store for location in plan.applications.locations),
    "STORE_ENDPOINTS": lambda plan: tuple(dict.fromkeys(store.endpoint for store in plan.stores)),
    "STORE_SECRETS": _secrets,
}

STORE_VARIABLES: Mapping[str, Callable[[Store], Value]] = {
    "STORE_ENDPOINT": lambda store: store.endpoint,
    "STORE_REGION": lambda store: store.region,
    "STORE_BUCKET": lambda store: store.bucket,
    "STORE_PATH": lambda store: store.etcd_prefix,
    "STORE_CA": lambda store: _base64(store.ca) if store.ca else "",
}
"""Of the one store that a block is for, in steps with `per_store`."""

WORKSTATION_ENV = ("CLUSTER", "KUBECONFIG")
"""Set by the `env` that the first step of a workstation writes."""

HOST_ENV = ("CLUSTER", "HOST", "ADDRESS", "CLUSTER_CA", "STATIC_PODS", "ADMIN_CONF", "ETCD_DATA", "KUBECONFIG")
"""Set by the `env` that the first step of a host writes."""
