"""Coverage: which volume of which workload no backup restores. Objects without data do not count."""

from msgspec import Struct

from compiler.model.backups import ApplicationBackup, Method, StorageClass
from compiler.model.cluster import Spec
from compiler.model.namespaces import Volume, Workload
from compiler.values.keypath import KeyPath


class Gap(Struct, frozen=True):
    """A volume whose data no backup restores, and why each backup of its namespace does not count."""

    path: KeyPath
    namespace: str
    storage_class: str
    reasons: tuple[tuple[str, str], ...]


def gaps(spec: Spec) -> tuple[Gap, ...]:
    """Return every volume of a stateful workload that is left to Velero and that no application backup takes with its data."""
    found = []
    for namespace, section in spec.namespaces.items():
        for name, workload in section.workloads.items():
            path = ("spec", "namespaces", namespace, "workloads", name, "volumes")
            found += _workload_gaps(spec, namespace, workload, path)
    return tuple(found)


def _workload_gaps(spec: Spec, namespace: str, workload: Workload, path: KeyPath) -> list[Gap]:
    if workload.data != "velero":
        return []
    backups = {n: b for n, b in spec.backups.applications.items() if namespace in b.namespaces}
    found = []
    for name, volume in workload.volumes.items():
        reasons = [
            (n, _reason(spec.storage_classes[volume.storage_class], _method(b, volume))) for n, b in backups.items()
        ]
        if all(reason for _, reason in reasons):
            found.append(Gap((*path, name), namespace, volume.storage_class, tuple(reasons)))
    return found


def _method(backup: ApplicationBackup, volume: Volume) -> Method | None:
    return backup.volumes.get(volume.storage_class, backup.volumes.get("default"))


def _reason(storage: StorageClass, method: Method | None) -> str:
    """Return why this method does not restore the data, or nothing where it does."""
    if method is None:
        return "takes objects only, as it names no method for this storage class"
    if method in ("data-mover", "snapshot") and storage.snapshots == "none":
        return f"takes it by {method}, which needs the CSI snapshots that this storage class does not have"
    if method == "snapshot" and storage.backend == "in-cluster":
        return "leaves the snapshot in storage that is lost with the cluster"
    return ""
