"""Which cluster it is, decided: its version, how to recognize it, whom to call."""

from dataclasses import dataclass

from compiler.distributions.capabilities import Distribution
from compiler.distributions.registry import distribution
from compiler.model.checks import Versions
from compiler.model.cluster import ClusterSpec
from compiler.model.promise import Tier
from compiler.model.recording import recorded
from compiler.values.sources import Sources, merged


@dataclass(frozen=True, slots=True)
class Kubernetes:
    """The release that the cluster runs, or during an upgrade the lower and the higher one."""

    versions: Versions
    sources: Sources

    @property
    def minor(self) -> str:
        """The lower minor, such as 1.35: what it knows, the higher one knows too."""
        return self.versions.minors[0]


@dataclass(frozen=True, slots=True)
class People:
    """Whom the pages say to call."""

    owner: str
    deputy: str | None
    escalation: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """The cluster as every page introduces it. `endpoint` has no slash at its end."""

    name: str
    tier: Tier
    distribution: Distribution
    kubernetes: Kubernetes
    endpoint: str
    ca_fingerprint: str | None
    people: People
    sources: Sources

    @property
    def page_sources(self) -> Sources:
        """All that pages state."""
        return merged(self.sources, self.kubernetes.sources)


def cluster(spec: ClusterSpec) -> Cluster:
    """Decide the section."""
    view, reads = recorded(spec.spec)
    people = view.people
    return Cluster(
        name=spec.metadata.name,
        tier=view.tier,
        distribution=distribution(view.distribution.name, view.etcd.placement if view.etcd else "stacked"),
        kubernetes=_kubernetes(spec),
        endpoint=view.identity.endpoint.rstrip("/"),
        ca_fingerprint=view.identity.ca_fingerprint,
        people=People(people.owner, people.deputy, people.escalation),
        sources=reads.paths(),
    )


def _kubernetes(spec: ClusterSpec) -> Kubernetes:
    view, reads = recorded(spec.spec)
    return Kubernetes(view.distribution.version, reads.paths())
