"""What a change of the output destroys: objects that carry data or that nothing replaces, and whole layers that become empty."""

from collections.abc import Iterable

# Kinds whose disappearance loses data or stops backups, by the first part of their file name.
GUARDED = {
    "namespace": "Namespace",
    "backupstoragelocation": "BackupStorageLocation",
    "schedule": "Schedule",
    "cronjob": "CronJob",
    "validatingadmissionpolicy": "ValidatingAdmissionPolicy",
}
LAYERS = ("base", "backup/control-plane", "backup/applications", "monitoring", "delivery")
KUSTOMIZATION = "kustomization.yaml"


def destroyed(removed: Iterable[str]) -> tuple[str, ...]:
    """Return what the removal of these files destroys, as consent names it: `Namespace/payments`, `Schedule/velero/daily`, `layer/base`."""
    paths = sorted(removed)
    objects = [name for path in paths if (name := _object(path))]
    layers = [f"layer/{layer}" for layer in LAYERS if f"{layer}/{KUSTOMIZATION}" in paths]
    return (*objects, *layers)


def _object(path: str) -> str | None:
    folder, _, file = path.rpartition("/")
    kind, _, rest = file.removesuffix(".yaml").partition(".")
    if folder not in LAYERS or kind not in GUARDED:
        return None
    return "/".join((GUARDED[kind], *_parts(kind, rest)))


def _parts(kind: str, rest: str) -> tuple[str, ...]:
    """A namespace and a name, or a name alone for kinds without a namespace."""
    if kind in ("namespace", "validatingadmissionpolicy"):
        return (rest,)
    namespace, _, name = rest.partition(".")
    return (namespace, name)
