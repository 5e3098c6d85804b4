"""CronJob: save from the local etcd member, verify by restoring, encrypt, put to each location; each with the least it needs."""

from collections.abc import Iterator

from compiler.kube import etcd_pki, meta, pod
from compiler.kube.manifest import Manifest
from compiler.plan import naming
from compiler.plan.plan import Plan, SnapshotJob, Store
from compiler.values import quantity

CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
MIB = 2**20
# Largest single object that is put; S3 takes at most 5 GiB in one request.
PART_BYTES = 2**30
# Beside the database a restore writes a WAL of 64 MiB; the rest is room for growth while the job runs.
SLACK = 256 * MIB
SCRATCH_SLACK = 384 * MIB
EPHEMERAL_SLACK = 768 * MIB
SAVE_STALL_SECONDS = 15
PUT_STALL_SECONDS = 60
PUT_ATTEMPTS = 4
PATHS = (("spec", "backups", "etcd"), ("spec", "keys"), ("spec", "locations"))


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield the CronJob, where etcd is backed up by kedge."""
    job = plan.snapshot
    if job is None:
        return
    labels = naming.labels(plan.cluster)
    body = meta.kind("batch/v1", "CronJob") | {
        "metadata": meta.metadata(naming.SNAPSHOT_JOB, labels, naming.BACKUP_NAMESPACE, meta.GUARD),
        "spec": {
            "schedule": job.schedule,
            "timeZone": job.time_zone,
            "concurrencyPolicy": "Forbid",
            "startingDeadlineSeconds": job.start_delay,
            "successfulJobsHistoryLimit": 3,
            "failedJobsHistoryLimit": 5,
            "jobTemplate": {"spec": _job(plan, job)},
        },
    }
    yield Manifest("backup-control-plane", body, PATHS)


def _job(plan: Plan, job: SnapshotJob) -> dict[str, object]:
    return {
        "backoffLimit": 2,
        "activeDeadlineSeconds": job.deadline,
        "ttlSecondsAfterFinished": 86400,
        "template": {
            "metadata": {"labels": naming.labels(plan.cluster) | {"app.kubernetes.io/name": naming.SNAPSHOT_JOB}},
            "spec": _pod(plan, job),
        },
    }


def _pod(plan: Plan, job: SnapshotJob) -> dict[str, object]:
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
        "initContainers": [_save(job), _verify(job), _encrypt(plan, job)],
        "containers": [_put(plan, job, store) for store in job.stores],
        "volumes": _volumes(job),
    }


def _stage(job: SnapshotJob, name: str, stage: str, memory: str, ephemeral: int) -> dict[str, object]:
    """The script stands in the command, where the admission policy can compare it word for word."""
    storage = quantity.of_bytes(ephemeral)
    return {
        "name": name,
        "image": job.image,
        "command": ["/bin/sh", "-c", dict(job.scripts)[stage], stage],
        "resources": {
            "requests": {"cpu": "100m", "memory": "64Mi", "ephemeral-storage": storage},
            "limits": {"memory": memory, "ephemeral-storage": storage},
        },
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "securityContext": pod.confined(),
    }


def _init(job: SnapshotJob, stage: str) -> dict[str, object]:
    return _stage(job, stage, stage, "256Mi", 2 * job.quota + EPHEMERAL_SLACK)


def _save(job: SnapshotJob) -> dict[str, object]:
    """Root, since the key's file is root's alone; the only stage that sees it."""
    values = {"KEDGE_STALL_SECONDS": str(SAVE_STALL_SECONDS), "KEDGE_TIMEOUT_SECONDS": str(job.capture)}
    pki = [pod.mount(etcd_pki.volume(file), f"/pki/{file}", read_only=True) for file in etcd_pki.FILES]
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


def _encrypt(plan: Plan, job: SnapshotJob) -> dict[str, object]:
    values = {
        "KEDGE_CLUSTER": plan.cluster,
        "KEDGE_KUBERNETES_VERSION": "-to-".join(dict.fromkeys((job.kubernetes.low, job.kubernetes.high))),
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


def _put(plan: Plan, job: SnapshotJob, store: Store) -> dict[str, object]:
    """Sees what is encrypted and the credential of its own location, nothing else."""
    values = {
        "KEDGE_ENDPOINT": store.endpoint,
        "KEDGE_REGION": store.region,
        "KEDGE_BUCKET": store.bucket,
        "KEDGE_PREFIX": store.prefix,
        "KEDGE_CLUSTER": plan.cluster,
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


def _volumes(job: SnapshotJob) -> list[dict[str, object]]:
    room = quantity.of_bytes(job.quota + SLACK)
    return [
        *[pod.host_file(etcd_pki.volume(file), etcd_pki.path(file)) for file in etcd_pki.FILES],
        pod.scratch("snapshot", room),
        pod.scratch("scratch", quantity.of_bytes(job.quota + SCRATCH_SLACK)),
        pod.scratch("encrypted", room),
        *[pod.secret(naming.credential_volume(store.name), store.credential) for store in job.stores],
    ]
