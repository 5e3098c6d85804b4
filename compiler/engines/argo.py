"""Argo CD: an Application for each layer under one parent Application, and an AppProject for each of the two.

Layers write nothing into Argo CD's own namespace, where a ConfigMap makes anybody administrator; the parent writes Applications alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from compiler.engines.engine import RequiredSecret, RequiredSettings, SyncedLayer
from compiler.engines.health import HEALTH, VELERO, PhaseHealth
from compiler.kube import meta
from compiler.kube.layer import FOLDERS, Layer, LayerName
from compiler.kube.manifest import Manifest, ObjectKey, Origin, annotated, manifest
from compiler.model.cluster import Spec
from compiler.model.decided import Decide, Decided, decided
from compiler.model.recording import path_of, recorded
from compiler.values import duration
from compiler.values.sources import Sources

GROUP = "argoproj.io"
API = f"{GROUP}/v1alpha1"
# Every kind of the layers, whatever this cluster has of them: of a kind that a project does not list Argo CD prunes nothing.
CLUSTER_KINDS = (
    ("", "Namespace"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"),
    ("scheduling.k8s.io", "PriorityClass"),
)
NAMESPACED_KINDS = (
    ("", "ConfigMap"),
    ("", "LimitRange"),
    ("", "ResourceQuota"),
    ("", "ServiceAccount"),
    ("batch", "CronJob"),
    ("monitoring.coreos.com", "PrometheusRule"),
    ("networking.k8s.io", "NetworkPolicy"),
    ("policy", "PodDisruptionBudget"),
    (VELERO, "BackupStorageLocation"),
    (VELERO, "Schedule"),
)
WAVE = "argocd.argoproj.io/sync-wave"
CLUSTER = "https://kubernetes.default.svc"  # Argo CD's own name for the cluster that it runs in
CONFIG_MAP = "argocd-cm"
GIT_KEYS = (("type", "url", "username", "password"), ("type", "url", "sshPrivateKey"))
# Without an end: CRDs may come later. `refresh`: a retry takes the newest commit, or a bad one would never be left.
RETRY = {
    "limit": -1,
    "refresh": True,
    "backoff": {"duration": duration.go(5), "factor": 2, "maxDuration": duration.go(120)},
}
SYNC_POLICY = {
    "automated": {"prune": True, "selfHeal": True},
    "syncOptions": ["ServerSideApply=true"],
    "retry": RETRY,
}
APPLICATION_HEALTH = """\
hs = {status = "Progressing", message = ""}
local s = obj.status or {}
if s.health and s.sync and s.sync.status == "Synced" then
  hs.status = s.health.status
end
return hs
"""


class Argo(Decided, frozen=True, kw_only=True):
    """How Argo CD reaches the output. `sync_sources`: what an Application is made from."""

    name: ClassVar[str] = "argo"
    title: ClassVar[str] = "Argo CD"
    suspend_step: ClassVar[str] = "suspend-argo"
    resume_step: ClassVar[str] = "resume-argo"
    status_step: ClassVar[str] = "check-argo-sync"

    exists: Sources
    namespace: str
    named: Sources
    project: str | None
    project_named: Sources
    url: str
    branch: str
    sync_sources: Sources
    signers: tuple[str, ...]
    default_namespace: str
    namespaces: tuple[str, ...]
    parent_project_sources: Sources
    layers_project_sources: Sources
    secret: str | None
    health_checks: bool

    @property
    def secrets(self) -> tuple[RequiredSecret, ...]:
        """The Secrets that it needs."""
        return (RequiredSecret(self.secret, self.namespace, GIT_KEYS),) if self.secret else ()

    @property
    def settings(self) -> RequiredSettings:
        """What argocd-cm must hold, so that the parent waits for each wave and Velero's objects are judged."""
        kinds = (kind for layer in HEALTH.values() for kind in layer)
        health = {f"{VELERO}_{kind.kind}": _health(kind) for kind in kinds}
        scripts = {f"{GROUP}_Application": APPLICATION_HEALTH, **health}
        data = {f"resource.customizations.health.{name}": script for name, script in scripts.items()}
        return RequiredSettings(
            config_map=CONFIG_MAP,
            namespace=self.namespace,
            data=data,
            stated=self.health_checks,
            signers=self.signers,
        )

    def sync_name(self, cluster: str, layer: Layer) -> str:
        """Return the name of the Application that syncs a layer."""
        return f"{_parent_name(cluster)}-{layer.name}"

    def objects(self, cluster: str, layers: Iterable[SyncedLayer]) -> Iterator[Manifest]:
        """Yield the projects, the parent and the Applications; deleting one of these leaves what it applied."""
        synced = tuple(layers)
        yield self._parent_project(cluster)
        yield self._layers_project(cluster)
        yield self._parent(cluster)
        waves = _waves(synced)
        for one in synced:
            yield self._layer(cluster, one, waves[one.layer.name])

    def _parent_project(self, cluster: str) -> Manifest:
        """Return the project of the parent: Applications in Argo CD's own namespace."""
        permits = {
            "destinations": _destinations(self.namespace),
            "clusterResourceWhitelist": [],
            "namespaceResourceWhitelist": [_kind(GROUP, "Application")],
        }
        return self._project(
            cluster, self._parent_project_name(cluster), permits, self.named, self.parent_project_sources
        )

    def _layers_project(self, cluster: str) -> Manifest:
        """Return the project of the layers: their namespaces, no kind that gives rights, nothing of Argo CD's own."""
        permits = {
            "destinations": _destinations(*self.namespaces),
            "clusterResourceWhitelist": [_kind(*kind) for kind in CLUSTER_KINDS],
            "namespaceResourceWhitelist": [_kind(*kind) for kind in NAMESPACED_KINDS],
        }
        return self._project(cluster, self._project_name(cluster), permits, self.layers_project_sources)

    def _project(self, cluster: str, name: str, permits: Mapping[str, object], *sources: Sources) -> Manifest:
        """Return a project of this repository alone."""
        description = f"What kedge compiles for {cluster}."
        spec: dict[str, object] = {"description": description, "sourceRepos": [self.url], **permits}
        if self.signers:
            spec["signatureKeys"] = [{"keyID": signer} for signer in self.signers]
        return manifest(
            ObjectKey(API, "AppProject", name, self.namespace),
            {"spec": spec},
            layer="delivery",
            labels=meta.labels(cluster),
            origin=Origin(exists=self.exists, named=self.project_named, made_from=sources),
        )

    def _parent(self, cluster: str) -> Manifest:
        return manifest(
            ObjectKey(API, "Application", _parent_name(cluster), self.namespace),
            {
                "spec": self._application(
                    cluster, self._parent_project_name(cluster), FOLDERS["delivery-layers"], self.namespace
                )
            },
            layer="delivery",
            labels=meta.labels(cluster),
            origin=Origin(exists=self.exists, named=self.named, made_from=(self.sync_sources,)),
        )

    def _layer(self, cluster: str, synced: SyncedLayer, wave: int) -> Manifest:
        made = manifest(
            ObjectKey(API, "Application", self.sync_name(cluster, synced.layer), self.namespace),
            {
                "spec": self._application(
                    cluster, self._project_name(cluster), synced.layer.folder, self.default_namespace
                )
            },
            layer="delivery-layers",
            labels=meta.labels(cluster),
            origin=Origin(exists=(*self.exists, *synced.exists), named=self.named, made_from=(self.sync_sources,)),
        )
        return annotated(made, {WAVE: str(wave)})

    def _application(self, cluster: str, project: str, folder: str, namespace: str) -> dict[str, object]:
        """Return the spec of an Application. `namespace`: of objects that state none, one that the project permits."""
        return {
            "project": project,
            "source": {
                "repoURL": self.url,
                "targetRevision": self.branch,
                "path": f"clusters/{cluster}/generated/{folder}",
            },
            "destination": {"server": CLUSTER, "namespace": namespace},
            "syncPolicy": SYNC_POLICY,
        }

    def _project_name(self, cluster: str) -> str:
        return self.project or _parent_name(cluster)

    def _parent_project_name(self, cluster: str) -> str:
        return f"{self._project_name(cluster)}-parent"


def argo(spec: Spec, own: str) -> Argo | None:
    """Decide how Argo CD reaches the output; None where the cluster's spec names no Argo CD. `own`: kedge's namespace."""
    view, _ = recorded(spec)
    if view.gitops is None or view.gitops.argo is None:
        return None
    stated = view.gitops.argo
    decide, of_project, of_spec = Decide(stated), Decide(stated), Decide(spec)
    return decided(
        Argo,
        exists=(path_of(stated),),
        namespace=decide(lambda argo: argo.namespace),
        named=decide.paths(),
        project=decide(lambda argo: argo.project),
        project_named=decide.paths(),
        url=of_project(lambda argo: argo.url),
        branch=decide(lambda argo: argo.branch),
        sync_sources=(*decide.paths(), *of_project.paths()),
        # What is decided from here on is stated by pages and by the project only.
        signers=of_project(lambda argo: argo.signers),
        secret=decide(lambda argo: argo.secret),
        health_checks=decide(lambda argo: argo.health_checks),
        default_namespace=own,
        namespaces=of_spec(lambda spec: _namespaces(spec, own)),
        parent_project_sources=of_project.paths(),
        layers_project_sources=(*of_project.paths(), *of_spec.paths()),
    )


def _namespaces(spec: Spec, own: str) -> tuple[str, ...]:
    """Return the namespaces that the layers can be in, whether they hold something now or not."""
    managed = (name for name, section in spec.namespaces.items() if section.manage)
    return tuple(sorted({own, spec.backups.velero.namespace, spec.monitoring.namespace, *managed}))


def _parent_name(cluster: str) -> str:
    return f"kedge-{cluster}"


def _destinations(*namespaces: str) -> list[dict[str, str]]:
    return [{"server": CLUSTER, "namespace": name} for name in namespaces]


def _kind(group: str, kind: str) -> dict[str, str]:
    return {"group": group, "kind": kind}


def _waves(layers: tuple[SyncedLayer, ...]) -> Mapping[LayerName, int]:
    """Return for each layer the wave after the last of those that come before it."""
    waves: dict[LayerName, int] = {}
    for one in layers:
        waves[one.layer.name] = 1 + max((waves[earlier.name] for earlier in one.after), default=-1)
    return waves


def _health(kind: PhaseHealth) -> str:
    """Return the health of a kind as Argo CD asks for it, in Lua."""
    judged = f" and s.{kind.judged_by}" if kind.judged_by else ""
    return f"""\
hs = {{status = "Progressing", message = ""}}
local s = obj.status or {{}}
if s.phase == "{kind.good}" then
  hs.status = "Healthy"
elseif s.phase == "{kind.bad}"{judged} then
  hs.status = "Degraded"
  hs.message = s.phase
end
return hs
"""
