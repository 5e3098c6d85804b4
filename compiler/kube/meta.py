"""Metadata of objects, and the guard that keeps GitOps engines from deleting what carries data."""

from collections.abc import Mapping

# Flux: the live object stays when its file leaves Git. Argo CD: the same, by its own words.
GUARD: Mapping[str, str] = {
    "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
    "kustomize.toolkit.fluxcd.io/prune": "disabled",
}


def metadata(
    name: str,
    labels: Mapping[str, str],
    namespace: str | None = None,
    annotations: Mapping[str, str] | None = None,
) -> dict[str, object]:
    """Return an object's metadata in the order that people read it: name, namespace, labels, annotations."""
    found: dict[str, object] = {"name": name}
    if namespace is not None:
        found["namespace"] = namespace
    found["labels"] = dict(labels)
    if annotations:
        found["annotations"] = dict(sorted(annotations.items()))
    return found


def kind(api_version: str, name: str) -> dict[str, object]:
    """Return the first two lines of an object."""
    return {"apiVersion": api_version, "kind": name}
