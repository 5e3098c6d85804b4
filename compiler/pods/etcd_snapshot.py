"""Pod of the snapshot job: saves from the local etcd member, verifies by restoring, encrypts, signs, uploads; each stage sees the least.

The CronJob has it as its template, and the admission policy of its namespace admits no other.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from compiler.kube import meta, pod
from compiler.plan import naming
from compiler.plan.cluster import Kubernetes
from compiler.plan.etcd_backup import (
    PART_BYTES,
    PUT_ATTEMPTS,
    PUT_STALL_SECONDS,
    SAVE_STALL_SECONDS,
    SnapshotJob,
    scripts,
)
from compiler.plan.stores import Store
from compiler.values import quantity

CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
MIB = 2**20
# Beside the database a restore writes a WAL of 64 MiB; the rest leaves space for growth while the job runs.
SLACK = 256 * MIB
SCRATCH_SLACK = 384 * MIB
EPHEMERAL_SLACK = 768 * MIB


class PodTemplate(Struct, frozen=True):
    """The `template` of a job: labels of its pods and their `spec`."""

    labels: dict[str, str]
    spec: dict[str, Any]


def template(cluster: str, job: SnapshotJob, kubernetes: Kubernetes) -> PodTemplate:
    """Return the pod that a run of the job is."""
    labels = meta.labels(cluster) | {"app.kubernetes.io/name": naming.SNAPSHOT_JOB}
    return PodTemplate(labels, _pod(cluster, job, kubernetes))


def _pod(cluster: str, job: SnapshotJob, kubernetes: Kubernetes) -> dict[str, Any]:
    return {
        "restartPolicy": "Never",
        "serviceAccountName": naming.SNAPSHOT_JOB,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "priorityClassName": "system-cluster-critical",
        "nodeSelector": {CONTROL_PLANE: ""},
        "tolerations": [{"key": CONTROL_PLANE, "operator": "Exists"}],
        "securityContext": {
            "runAsUser": naming.TOOLS_UID,
            "runAsGroup": naming.TOOLS_UID,
            "fsGroup": naming.TOOLS_UID,
            "runAsNonRoot": True,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "initContainers": [_save(job), _verify(job), _encrypt(cluster, job, kubernetes), *_sign(job)],
        "containers": [_put(job, store) for store in job.stores],
        "volumes": _volumes(job),
    }


def _stage(job: SnapshotJob, name: str, stage: str, memory: str, ephemeral: int) -> dict[str, object]:
    """The script is part of the command, where the admission policy can compare it word for word."""
    storage = quantity.of_bytes(ephemeral)
    return {
        "name": name,
        "image": job.runner.image,
        "command": ["/bin/sh", "-c", scripts()[stage], stage],
        "resources": {
            "requests": {"cpu": "100m", "memory": "64Mi", "ephemeral-storage": storage},
            "limits": {"memory": memory, "ephemeral-storage": storage},
        },
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "securityContext": pod.confined(),
    }


def _init(job: SnapshotJob, stage: str) -> dict[str, object]:
    return _stage(job, stage, stage, "256Mi", 2 * job.quota_bytes + EPHEMERAL_SLACK)


def _save(job: SnapshotJob) -> dict[str, object]:
    """Root, since the key's file is root's alone; the only stage that sees it."""
    values = {"KEDGE_STALL_SECONDS": str(SAVE_STALL_SECONDS), "KEDGE_TIMEOUT_SECONDS": str(job.capture)}
    pki = [pod.mount(_volume(path), f"/pki/{_file(path)}", read_only=True) for path in job.runner.client.paths]
    return _init(job, "save") | {
        "securityContext": pod.confined(uid=0),
        "env": pod.environment(values, {"KEDGE_HOST_IP": "status.hostIP"}),
        "volumeMounts": [pod.mount("snapshot", "/snapshot"), *pki],
    }


def _verify(job: SnapshotJob) -> dict[str, object]:
    return _init(job, "verify") | {
        "env": pod.environment({"GOMEMLIMIT": "128MiB"}),
        "volumeMounts": [pod.mount("snapshot", "/snapshot", read_only=True), pod.mount("scratch", "/scratch")],
    }


def _encrypt(cluster: str, job: SnapshotJob, kubernetes: Kubernetes) -> dict[str, object]:
    values = {
        "KEDGE_CLUSTER": cluster,
        "KEDGE_KUBERNETES_VERSION": kubernetes.versions.range,
        "KEDGE_RECIPIENTS": " ".join(job.recipients),
        "KEDGE_PART_BYTES": str(PART_BYTES),
    }
    return _init(job, "encrypt") | {
        "env": pod.environment(values, {"KEDGE_RUN": "metadata.name"}),
        "volumeMounts": [
            pod.mount("snapshot", "/snapshot", read_only=True),
            pod.mount("scratch", "/scratch", read_only=True),
            pod.mount("encrypted", "/encrypted"),
        ],
    }


def _sign(job: SnapshotJob) -> Iterator[dict[str, object]]:
    """Sees the signing key and what is encrypted; no plain snapshot, no key of etcd, no credential of a store."""
    if job.signers:
        yield _stage(job, "sign", "sign", "64Mi", 64 * MIB) | {
            "env": pod.environment({"KEDGE_SIGNERS": " ".join(signer.key for signer in job.signers)}),
            "volumeMounts": [
                pod.mount("encrypted", "/encrypted"),
                pod.mount(naming.SIGNING_KEY, f"/{naming.SIGNING_KEY}", read_only=True),
            ],
        }


def _put(job: SnapshotJob, store: Store) -> dict[str, object]:
    """Sees what is encrypted and the credential of its own location, nothing else."""
    values = {
        "KEDGE_ENDPOINT": store.endpoint,
        "KEDGE_REGION": store.region,
        "KEDGE_CA": store.ca or "",
        "KEDGE_BUCKET": store.bucket,
        "KEDGE_TARGET": store.etcd_prefix,
        "KEDGE_ATTEMPTS": str(PUT_ATTEMPTS),
        "KEDGE_STALL_SECONDS": str(PUT_STALL_SECONDS),
        "KEDGE_TIMEOUT_SECONDS": str(job.upload),
    }
    return _stage(job, naming.put_container(store.name), "put", "128Mi", 64 * MIB) | {
        "env": pod.environment(values),
        "volumeMounts": [
            pod.mount("encrypted", "/encrypted", read_only=True),
            pod.mount(naming.credential_volume(store.name), "/credential", read_only=True),
        ],
    }


def _file(path: str) -> str:
    return path.rpartition("/")[2]


def _volume(path: str) -> str:
    return _file(path).replace(".", "-")


def _volumes(job: SnapshotJob) -> list[dict[str, object]]:
    copy = quantity.of_bytes(job.quota_bytes + SLACK)
    return [
        *[pod.host_file(_volume(path), path) for path in job.runner.client.paths],
        pod.scratch("snapshot", copy),
        pod.scratch("scratch", quantity.of_bytes(job.quota_bytes + SCRATCH_SLACK)),
        pod.scratch("encrypted", copy),
        *[pod.secret(naming.credential_volume(store.name), store.credential) for store in job.stores],
        *([pod.secret(naming.SIGNING_KEY, naming.SIGNING_SECRET)] if job.signers else []),
    ]
