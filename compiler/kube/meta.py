"""Type and object metadata, with the annotations that keep GitOps engines from deleting an object."""

from collections.abc import Mapping

# By engine: the live object stays in the cluster when its file leaves Git, and when the object that synced it is deleted.
_KEEP_BY_ENGINE: Mapping[str, Mapping[str, str]] = {
    "argo": {
        "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
        # Without this an object that is kept leaves its Application OutOfSync for ever.
        "argocd.argoproj.io/compare-options": "IgnoreExtraneous",
    },
    "flux": {"kustomize.toolkit.fluxcd.io/prune": "disabled"},
}
KEEP: Mapping[str, str] = {key: value for engine in _KEEP_BY_ENGINE.values() for key, value in engine.items()}


def labels(cluster: str) -> dict[str, str]:
    """Return the labels of every emitted object."""
    return {"app.kubernetes.io/managed-by": "kedge", "app.kubernetes.io/part-of": cluster}


def type_meta(api_version: str, kind: str) -> dict[str, object]:
    """Return an object's TypeMeta."""
    return {"apiVersion": api_version, "kind": kind}


def object_meta(
    name: str,
    labels: Mapping[str, str],
    namespace: str | None = None,
    annotations: Mapping[str, str] | None = None,
) -> dict[str, object]:
    """Return an object's ObjectMeta in the order that people read it: name, namespace, labels, annotations."""
    metadata: dict[str, object] = {"name": name}
    if namespace is not None:
        metadata["namespace"] = namespace
    metadata["labels"] = dict(labels)
    if annotations:
        metadata["annotations"] = dict(sorted(annotations.items()))
    return metadata
