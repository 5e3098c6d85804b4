"""Measures beyond the promise: what the topology survives, what protects workloads, what is covered and waived, who can read or run."""

from collections.abc import Iterator
from typing import get_args

from compiler.model.cluster import Spec
from compiler.model.namespaces import DisruptionBudget, Level, Workload
from compiler.model.topology import DOMAIN_KINDS
from compiler.plan.recovery import Metric, RecoveryMetric
from compiler.proofs import capacity, standing
from compiler.proofs.proofs import Proofs
from compiler.values import quantity
from compiler.values.keypath import KeyPath

METHOD_RANKS = {"snapshot": 1, "file-system": 2, "data-mover": 2}
"""A snapshot alone stays in the cluster's storage; the two others bring the data to the bucket."""
DATA_RANKS = {"rebuilt": 0, "application": 1, "velero": 2}
"""How far kedge proves what brings data back."""
LEVELS: tuple[Level, ...] = get_args(Level)
"""From the least to the most that is refused."""


def measures(spec: Spec, proofs: Proofs) -> Iterator[RecoveryMetric]:
    """Yield each of them."""
    yield from _placement(proofs)
    yield from _capacity(spec)
    yield from _coverage(spec)
    for name, namespace in spec.namespaces.items():
        if namespace.manage:
            yield from _protection(spec, name)
        for workload, stated in namespace.workloads.items():
            yield from _workload(name, workload, stated)
    yield from _waivers(spec)
    yield from _access(spec)


def _placement(proofs: Proofs) -> Iterator[RecoveryMetric]:
    placed = proofs.placement
    if placed is None or proofs.standing is None:
        return
    path = placed.members_path
    yield RecoveryMetric(metric="etcd-placement", subject="control plane", value=tuple(placed.members), path=path)
    row = proofs.standing.row
    rank = standing.ROWS.index(row)
    yield RecoveryMetric(metric="topology", subject="control plane", value=row, rank=rank, better="more", path=path)
    for kind in DOMAIN_KINDS:
        if not placed.losses(kind):
            continue
        word = "yes" if placed.survives(kind) else "not known" if placed.unknown(kind) else "no"
        rank = {"no": 0, "not known": 1, "yes": 2}[word]
        yield RecoveryMetric(metric="survives", subject=kind, value=word, rank=rank, better="more", path=path)


def _capacity(spec: Spec) -> Iterator[RecoveryMetric]:
    for resource in ("cpu", "memory"):
        total = capacity.allocatable(spec, resource)
        if total is not None:
            text = quantity.of_bytes(int(total)) if resource == "memory" else quantity.canonical(str(total))
            path: KeyPath = ("spec", "pools")
            rank = int(total * 1000)
            yield RecoveryMetric(metric="capacity", subject=resource, value=text, rank=rank, better="more", path=path)


def _coverage(spec: Spec) -> Iterator[RecoveryMetric]:
    """Yield which backups take a namespace, and by what method each takes the volumes of a storage class."""
    backups = spec.backups.applications
    for namespace in dict.fromkeys(n for backup in backups.values() for n in backup.namespaces):
        names = tuple(sorted(name for name, backup in backups.items() if namespace in backup.namespaces))
        path: KeyPath = ("spec", "backups", "applications", names[0], "namespaces")
        yield RecoveryMetric(metric="coverage", subject=namespace, value=names, backups=names, path=path)
    for name, backup in backups.items():
        path = ("spec", "backups", "applications", name)
        place = ", ".join(backup.to)
        yield RecoveryMetric(metric="backup", subject=name, value=f"to {place}", path=path)
        for storage, method in backup.volumes.items():
            rank = METHOD_RANKS.get(method)
            yield RecoveryMetric(
                metric="volume-method",
                subject=storage,
                location=name,
                value=method,
                rank=rank,
                better="more",
                backups=(name,),
                path=(*path, "volumes", storage),
            )


def _protection(spec: Spec, name: str) -> Iterator[RecoveryMetric]:
    namespace, path = spec.namespaces[name], ("spec", "namespaces", name)
    level = namespace.pod_security
    yield RecoveryMetric(
        metric="pod-security", subject=name, value=level, rank=LEVELS.index(level), better="more", path=path
    )
    stated: tuple[tuple[Metric, bool], ...] = (
        ("quota", bool(namespace.quota)),
        ("limits", namespace.limits is not None),
    )
    for metric, there in stated:
        if there:
            yield RecoveryMetric(metric=metric, subject=name, value="set", path=path)


def _workload(namespace: str, name: str, workload: Workload) -> Iterator[RecoveryMetric]:
    subject, path = f"{namespace}/{name}", ("spec", "namespaces", namespace, "workloads", name)
    if workload.disruption_budget is not None:
        value = _budget(workload.disruption_budget)
        yield RecoveryMetric(metric="disruption-budget", subject=subject, value=value, path=path)
    if workload.volumes:
        rank = DATA_RANKS[workload.data]
        yield RecoveryMetric(metric="data", subject=subject, value=workload.data, rank=rank, better="more", path=path)


def _budget(budget: DisruptionBudget) -> str:
    stays = budget.min_available is not None
    return f"{budget.min_available} stay" if stays else f"{budget.max_unavailable} may go"


def _waivers(spec: Spec) -> Iterator[RecoveryMetric]:
    for number, waiver in enumerate(spec.waivers):
        value = f"{waiver.approver} until {waiver.expires}"
        path: KeyPath = ("spec", "waivers", number)
        yield RecoveryMetric(
            metric="waiver", subject=waiver.rule, location=waiver.at, value=value, better="absent", path=path
        )


def _access(spec: Spec) -> Iterator[RecoveryMetric]:
    """Yield who can read a snapshot, and who can make a host or the cluster run something."""
    keys = dict(spec.keys.break_glass) if spec.keys else {}
    for name, key in keys.items():
        yield _party("recipient", f"break-glass key {name}", key.age, ("spec", "keys", "breakGlass", name))
    if spec.keys and spec.keys.drill:
        yield _party("recipient", "drill key", spec.keys.drill.age, ("spec", "keys", "drill"))
    for name, signer in (spec.keys.snapshot_signers if spec.keys else {}).items():
        yield _party("snapshot-signer", f"key {name}", signer.ssh, ("spec", "keys", "snapshotSigners", name))
    if spec.backups.etcd and spec.backups.etcd.cron_job:
        image = spec.backups.etcd.cron_job.image
        yield _party("image", "snapshot job", image, ("spec", "backups", "etcd", "cronJob", "image"))
    identity = spec.identity
    yield _party("api-endpoint", "cluster", identity.endpoint, ("spec", "identity", "endpoint"))
    if identity.ca_fingerprint:
        yield _party("ca", "cluster", identity.ca_fingerprint, ("spec", "identity", "caFingerprint"))
    yield from _sync(spec)


def _sync(spec: Spec) -> Iterator[RecoveryMetric]:
    """Yield which repository an engine applies, and whose signature it asks for."""
    flux, argo = (spec.gitops.flux, spec.gitops.argo) if spec.gitops else (None, None)
    for name, key, engine in (("Flux", "flux", flux), ("Argo CD", "argo", argo)):
        if engine is None:
            continue
        path: KeyPath = ("spec", "gitops", key)
        yield _party("sync-source", "cluster", f"{name} from {engine.url}, branch {engine.branch}", (*path, "url"))
        if engine.signers:
            signers = engine.signers if isinstance(engine.signers, str) else ", ".join(engine.signers)
            yield _party("signers", "cluster", signers, (*path, "signers"))


def _party(metric: Metric, subject: str, value: str, path: KeyPath) -> RecoveryMetric:
    return RecoveryMetric(metric=metric, subject=subject, value=value, heading="access", path=path)
