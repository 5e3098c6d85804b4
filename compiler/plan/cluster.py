"""Which cluster it is, decided: its version, how to recognize it, whom to call."""

from dataclasses import dataclass

from compiler.model.checks import Versions
from compiler.model.cluster import ClusterSpec
from compiler.model.promise import Tier
from compiler.model.recording import recorded
from compiler.values.sources import Sources


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
    distribution: str
    kubernetes: Kubernetes
    endpoint: str
    ca_fingerprint: str | None
    people: People
    sources: Sources


def cluster(spec: ClusterSpec) -> Cluster:
    """Decide the section."""
    view, reads = recorded(spec.spec)
    people = view.people
    return Cluster(
        name=spec.metadata.name,
        tier=view.tier,
        distribution=view.distribution.name,
        kubernetes=_kubernetes(spec),
        endpoint=view.identity.endpoint.rstrip("/"),
        ca_fingerprint=view.identity.ca_fingerprint,
        people=People(people.owner, people.deputy, people.escalation),
        sources=reads.paths(),
    )


def _kubernetes(spec: ClusterSpec) -> Kubernetes:
    view, reads = recorded(spec.spec)
    return Kubernetes(view.distribution.version, reads.paths())
