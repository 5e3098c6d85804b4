"""Flux: a GitRepository, and one Kustomization for each layer."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from compiler.engines.engine import RequiredSecret, RequiredSettings, SyncedLayer
from compiler.engines.health import HEALTH, VELERO, PhaseHealth
from compiler.kube import meta
from compiler.kube.layer import Layer
from compiler.kube.manifest import Manifest, ObjectKey, Origin, manifest
from compiler.model.cluster import Spec
from compiler.model.decided import Decide, Decided, decided
from compiler.model.recording import path_of, recorded
from compiler.values import duration
from compiler.values.sources import Sources

RETRY = 120
TIMEOUT = 300
GIT_KEYS = (("username", "password"), ("identity", "known_hosts"))
SIGNER_KEYS = (("*.asc",),)


class Flux(Decided, frozen=True, kw_only=True):
    """How Flux reaches the output; the interval in seconds. `sync_sources`, `source_sources`: what a Kustomization and the source state."""

    name: ClassVar[str] = "flux"
    title: ClassVar[str] = "Flux"
    suspend_step: ClassVar[str] = "suspend-flux"
    resume_step: ClassVar[str] = "resume-flux"
    status_step: ClassVar[str] = "check-flux-sync"

    exists: Sources
    namespace: str
    named: Sources
    interval: int
    sync_sources: Sources
    url: str
    branch: str
    secret: str | None
    signers: str | None
    source_sources: Sources

    @property
    def secrets(self) -> tuple[RequiredSecret, ...]:
        """The Secrets that it needs."""
        stated = ((self.secret, GIT_KEYS), (self.signers, SIGNER_KEYS))
        return tuple(RequiredSecret(name, self.namespace, keys) for name, keys in stated if name)

    @property
    def settings(self) -> RequiredSettings | None:
        """None: its objects say all that it needs."""
        return None

    def sync_name(self, cluster: str, layer: Layer) -> str:
        """Return the name of the Kustomization that syncs a layer."""
        return f"{_source_name(cluster)}-{layer.name}"

    def objects(self, cluster: str, layers: Iterable[SyncedLayer]) -> Iterator[Manifest]:
        """Yield the source and the Kustomizations; deleting one of these leaves what it applied."""
        yield manifest(
            ObjectKey("source.toolkit.fluxcd.io/v1", "GitRepository", _source_name(cluster), self.namespace),
            {"spec": self._source()},
            layer="delivery",
            labels=meta.labels(cluster),
            origin=Origin(exists=self.exists, named=self.named, made_from=(self.source_sources,)),
        )
        for layer in layers:
            yield manifest(
                ObjectKey(
                    "kustomize.toolkit.fluxcd.io/v1",
                    "Kustomization",
                    self.sync_name(cluster, layer.layer),
                    self.namespace,
                ),
                {"spec": self._sync(cluster, layer)},
                layer="delivery",
                labels=meta.labels(cluster),
                origin=Origin(exists=(*self.exists, *layer.exists), named=self.named, made_from=(self.sync_sources,)),
            )

    def _source(self) -> dict[str, object]:
        spec: dict[str, object] = {
            "interval": duration.go(min(self.interval, 60)),
            "url": self.url,
            "ref": {"branch": self.branch},
        }
        if self.secret is not None:
            spec["secretRef"] = {"name": self.secret}
        if self.signers is not None:
            spec["verify"] = {"mode": "HEAD", "secretRef": {"name": self.signers}}
        return spec

    def _sync(self, cluster: str, synced: SyncedLayer) -> dict[str, object]:
        spec: dict[str, object] = {}
        if synced.after:
            spec["dependsOn"] = [{"name": self.sync_name(cluster, layer)} for layer in synced.after]
        spec |= {
            "interval": duration.go(self.interval),
            "retryInterval": duration.go(RETRY),
            "timeout": duration.go(TIMEOUT),
            "path": f"./clusters/{cluster}/generated/{synced.layer.folder}",
            "prune": True,
            "deletionPolicy": "Orphan",
            "wait": True,
            "sourceRef": {"kind": "GitRepository", "name": _source_name(cluster)},
        }
        if kinds := HEALTH.get(synced.layer.name):
            spec["healthCheckExprs"] = [_health(kind) for kind in kinds]
        return spec


def flux(spec: Spec) -> Flux | None:
    """Decide how Flux reaches the output; None where the cluster's spec names no Flux."""
    view, _ = recorded(spec)
    if view.gitops is None or view.gitops.flux is None:
        return None
    decide = Decide(view.gitops.flux)
    return decided(
        Flux,
        exists=(path_of(view.gitops.flux),),
        namespace=decide(lambda flux: flux.namespace),
        named=decide.paths(),
        interval=decide(lambda flux: flux.interval),
        sync_sources=decide.paths(),
        # What is decided from here on is stated by the source only.
        url=decide(lambda flux: flux.url),
        branch=decide(lambda flux: flux.branch),
        secret=decide(lambda flux: flux.secret),
        signers=decide(lambda flux: flux.signers),
        source_sources=decide.paths(),
    )


def _health(kind: PhaseHealth) -> dict[str, str]:
    """Return the health of a kind as Flux asks for it, in CEL."""
    judged = f"has(status.{kind.judged_by}) && " if kind.judged_by else ""
    return {
        "apiVersion": f"{VELERO}/v1",
        "kind": kind.kind,
        "current": f"status.phase == '{kind.good}'",
        "failed": f"{judged}status.phase == '{kind.bad}'",
    }


def _source_name(cluster: str) -> str:
    return f"kedge-{cluster}"
