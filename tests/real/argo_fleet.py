"""The example that Argo CD syncs, as its owners keep it: specs in a repository, output by `kedge commit`, objects by Argo CD."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from tests.real.examples import Object, compile_example
from tests.real.fleet import OUTSIDE, Fleet
from tests.real.harness.apiserver import checked
from tests.real.harness.argo import KINDS, NAMESPACE, RECONCILIATION, Argo
from tests.real.harness.bed import Bed

CLUSTER = "sevilla-edge"
PARENT = f"kedge-{CLUSTER}"
BASE, CONTROL_PLANE, APPLICATIONS, MONITORING = LAYERS = tuple(
    f"{PARENT}-{layer}" for layer in ("base", "backup-control-plane", "backup-applications", "monitoring")
)
WORLD = replace(OUTSIDE, api=f"{CLUSTER}.example.net")
SIGNER = "A81C3B5D0E7F9264A1B3C5D7E9F0123456789ABC"
TRACKING = "argocd.argoproj.io/tracking-id"


def health_checks() -> dict[str, str]:
    """What the index of the pages asks an administrator to put into argocd-cm."""
    delivery = compile_example(CLUSTER).plan.delivery
    assert delivery is not None
    settings = delivery.engine.settings
    assert settings is not None
    return dict(settings.data)


class ArgoFleet(Fleet):
    """A repository with all examples, and the one cluster of the bed, whose Argo CD syncs its part of it."""

    left_in = "monitoring"

    def __init__(
        self,
        bed: Bed,
        settings: Mapping[str, str] | None = None,
        keys: Mapping[str, str] | None = None,
        reconciliation: int = RECONCILIATION,
    ) -> None:
        super().__init__(bed, CLUSTER)
        if not keys:
            self.edit(f"      signers: [{SIGNER}]\n", "")
        self.argo = Argo(bed.control_plane, health_checks() if settings is None else settings, keys, reconciliation)
        self.argo.start()
        self.argo.wait()

    def deliver(self) -> None:
        """Applies the project and the parent Application, as the README says."""
        checked(self.bed.kubectl("apply", "--server-side", "-k", self.generated / "delivery"))

    def application(self, name: str) -> Object:
        """An Application as it is now, empty if there is none."""
        return self.argo.applications().get(name, {})

    def wait_for(self, name: str, condition: Callable[[Object], bool], timeout: float = 60.0) -> float:
        """Waits until an Application meets a condition; seconds."""
        return self.bed.control_plane.wait_for(condition, KINDS[0], name, "-n", NAMESPACE, timeout=timeout)

    def wait_synced(self, commit: str, *names: str, timeout: float = 120.0, asked: bool = True) -> None:
        """Waits until these Applications, or all, are Synced and Healthy at a commit, which Argo CD is `asked` to look at now."""
        for name in names or (PARENT, *LAYERS):
            self.wait_for(name, bool)
            if asked:
                self.argo.refresh(name)
            self.wait_for(name, lambda found: good(found) and found["status"]["sync"]["revision"] == commit, timeout)

    def reconcile(self, *names: str) -> None:
        """Has Applications compared with Git and the cluster now, and waits until each was."""
        for name in names or (PARENT, *LAYERS):
            self.argo.refresh(name)
            self.wait_for(name, lambda found: "argocd.argoproj.io/refresh" not in marks(found))

    def applied(self) -> dict[str, Object]:
        """Every object that Argo CD says its layers have, by kind, namespace and name, as the API has it now."""
        held = (self.application(name).get("status", {}).get("resources", []) for name in LAYERS)
        titles = [_title(entry) for entries in held for entry in entries]
        return {title: self.live(title) for title in titles}


def good(application: Object) -> bool:
    """Whether an Application is Synced and Healthy."""
    status = application.get("status", {})
    states = (status.get(key, {}).get("status") for key in ("sync", "health"))
    return tuple(states) == ("Synced", "Healthy")


def marks(found: Object) -> dict[str, str]:
    """The annotations of an object."""
    annotations: dict[str, str] = found.get("metadata", {}).get("annotations", {})
    return annotations


def written(found: Object) -> str:
    """An object as Argo CD could have written it: without its status and what only the status moves."""
    metadata = {k: v for k, v in found["metadata"].items() if k != "resourceVersion" or "status" not in found}
    metadata["managedFields"] = [m for m in metadata.get("managedFields", []) if m.get("subresource") != "status"]
    return json.dumps({**found, "metadata": metadata, "status": None}, sort_keys=True)


def _title(entry: Object) -> str:
    return f"{entry['kind']}.{entry.get('group', '')}/{entry.get('namespace', '')}/{entry['name']}"
