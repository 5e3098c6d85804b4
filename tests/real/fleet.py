"""The examples as their owners keep them: specs in a repository, output by `kedge commit`, objects by Flux, on one bed.

The specs are taken as they are, but that their commits are not signed (one test of Flux signs them): the bed plays git.example.net,
s3.paris.example.net and the API's name for them.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from tests.real.examples import ROOT, Object
from tests.real.harness.apiserver import checked
from tests.real.harness.bed import Bed, Outside
from tests.real.harness.gitserver import BRANCH, IDENTITY
from tests.real.harness.s3 import ROOT as OWNER
from tests.real.harness.s3 import Lock

OUTSIDE = Outside(
    api="api.payments-eu.example.net", git="git.example.net", s3="s3.paris.example.net", region="eu-west-3"
)
BUCKET = "example-dr-paris"
CREDENTIAL = "offsite-writer"
FLUX = "flux-system"

_BOOTSTRAP = """
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: bootstrap, namespace: flux-system}
spec: {interval: 10m, url: "%s", ref: {branch: main}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: bootstrap, namespace: flux-system}
spec:
  interval: 10m
  path: "%s"
  prune: false
  sourceRef: {kind: GitRepository, name: bootstrap}
"""

SIGNED = ", signers: dr-signers"
_UNSIGNED = """  waivers:
    - rule: synced-commits-are-verified
      at: spec.gitops.flux
      reason: The robot of this bed signs nothing
      approver: Test bed
      expires: 9999-01-01
"""


def _sign_nothing(work: Path) -> None:
    """Takes the signers out of the specs, and waives what asks for them."""
    base = work / "bases/org.yaml"
    base.write_text(base.read_text().replace(SIGNED, "") + _UNSIGNED)
    for spec in work.glob("clusters/*/cluster.yaml"):
        if "\n    flux: null" in spec.read_text():  # nothing of Flux to waive, and such a waiver is an error
            spec.write_text(spec.read_text() + "  waivers: []\n")


class Fleet:
    """A repository with all examples, and the one cluster of the bed that syncs its part of it.

    `signed`: its commits are, as the examples ask for.
    `left_in`: namespace of the ConfigMaps that keep emptied layers alive; one that the engine may write to.
    """

    left_in = "default"

    def __init__(self, bed: Bed, cluster: str, *, signed: bool = False) -> None:
        self.bed = bed
        self.cluster = cluster
        self.commit = ""
        self.repository = bed.git.create("platform/dr")
        work = self.repository.work
        shutil.copytree(ROOT / "bases", work / "bases")
        shutil.copytree(ROOT / "clusters", work / "clusters", ignore=shutil.ignore_patterns("generated"))
        if not signed:
            _sign_nothing(work)

    @property
    def generated(self) -> Path:
        """The cluster's output in the work tree."""
        return self.repository.work / "clusters" / self.cluster / "generated"

    def edit(self, old: str, new: str, spec: str = "") -> None:
        """Replaces a text of the cluster's spec, or of a base: what only the bed can know."""
        file = self.repository.work / (spec or f"clusters/{self.cluster}/cluster.yaml")
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))

    def compile(self, where: Path | None = None, *options: str) -> str:
        """Commits the specs, runs `kedge commit` as a robot does, in the bare repository or a clone; returns its commit."""
        self.repository.commit("specs")
        checked(self.kedge("commit", "-C", str(where or self.repository.bare), "--branch", BRANCH, *options))
        self.repository.git("pull", "--quiet", "--ff-only", "origin", BRANCH)
        return self.repository.git("rev-parse", "HEAD").strip()

    def kedge(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs the command line as a process of its own; a non-zero exit is the caller's to judge."""
        environment = {**IDENTITY, "PYTHONPATH": str(ROOT)}
        return self.bed.ns.run(
            [sys.executable, "-m", "compiler", *arguments], env=environment, cwd=self.repository.work
        )

    def deliver(self) -> None:
        """Applies the delivery objects, the first of the README's two ways."""
        self.bed.flux  # noqa: B018 - starts it
        checked(self.bed.kubectl("apply", "--server-side", "-k", self.generated / "delivery"))

    def bootstrap(self) -> None:
        """Lets a sync that was there before apply the delivery objects, the other way."""
        self.bed.flux  # noqa: B018 - starts it
        path = f"./clusters/{self.cluster}/generated/delivery"
        checked(self.bed.apply_ssa(_BOOTSTRAP % (self.repository.url, path)))
        self.bed.control_plane.wait_for(_ready, "kustomization", "bootstrap", "-n", FLUX)

    def kustomizations(self) -> list[Object]:
        """The cluster's sync objects, as they are now."""
        found: list[Object] = self.bed.control_plane.get("kustomization", "-n", FLUX).get("items", [])
        return found

    def wait_applied(self, commit: str, *layers: str, timeout: float = 60.0) -> None:
        """Waits until the sync objects of these layers, or all, are Ready at a commit."""
        names = [f"kedge-{self.cluster}-{layer}" for layer in layers] or [
            ks["metadata"]["name"] for ks in self.kustomizations()
        ]
        for name in names:
            self.bed.flux.wait_applied(name, commit, timeout=timeout)

    def reconcile_at(self, commit: str) -> None:
        """Fetches a commit now, has every layer reconciled, and waits until each has done so."""
        source = f"kedge-{self.cluster}"
        self.bed.flux.reconcile(f"gitrepository/{source}")
        self.bed.control_plane.wait_for(
            lambda found: found["status"].get("artifact", {}).get("revision", "").endswith(commit) and _handled(found),
            "gitrepository",
            source,
            "-n",
            FLUX,
        )
        self.reconcile(*(ks["metadata"]["name"] for ks in self.kustomizations()))
        self.wait_applied(commit)

    def reconcile(self, *kustomizations: str) -> None:
        """Has sync objects reconciled now and waits until each has done so."""
        self.bed.flux.reconcile(*(f"kustomization/{name}" for name in kustomizations))
        for name in kustomizations:
            self.bed.control_plane.wait_for(_handled, "kustomization", name, "-n", FLUX)

    def empty_layers(self) -> None:
        """Takes every object out of every layer in the work tree; a ConfigMap each keeps the folders alive."""
        for listing in self.generated.rglob("kustomization.yaml"):
            layer = listing.parent
            if "delivery" in layer.relative_to(self.generated).parts:
                continue
            for file in layer.glob("*.yaml"):
                file.unlink()
            metadata = {"name": f"left-{layer.name}", "namespace": self.left_in}
            left = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}
            (layer / "left.yaml").write_text(json.dumps(left))
            listing.write_text(json.dumps({"kind": "Kustomization", "resources": ["left.yaml"]}))

    def applied(self) -> dict[str, Object]:
        """Every object that Flux says it has applied, by kind, namespace and name, as the API has it now."""
        ids = [entry["id"] for ks in self.kustomizations() for entry in ks["status"]["inventory"]["entries"]]
        names = [f"{kind}.{group}/{namespace}/{name}" for namespace, name, group, kind in (i.split("_") for i in ids)]
        return {name: self.live(name) for name in names}

    def live(self, name: str) -> Object:
        """One object as the API has it now, empty if it has not; names as `applied` writes them."""
        kind, namespace, name = name.split("/")
        where = ["-n", namespace] if namespace else []
        return self.bed.control_plane.get(kind.rstrip("."), name, *where)


def _handled(found: Object) -> bool:
    """Whether a reconciliation that was asked for is done, and well."""
    asked = found["metadata"]["annotations"]["reconcile.fluxcd.io/requestedAt"]
    return bool(found["status"].get("lastHandledReconcileAt") == asked) and _ready(found)


def _ready(found: Object) -> bool:
    conditions = found.get("status", {}).get("conditions", [])
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)


def bring_prometheus(bed: Bed) -> None:
    """Installs what the alerts expect of a cluster."""
    bed.install_crds("monitoring")
    checked(bed.apply_ssa(_namespace("monitoring")))


def bring_velero(bed: Bed) -> None:
    """Installs what application backups expect of a cluster: Velero, the bucket, and the credential for it."""
    bed.s3.create_bucket(BUCKET, Lock("COMPLIANCE", days=30))
    bed.velero.create_credential(CREDENTIAL, OWNER)


def _namespace(name: str) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
