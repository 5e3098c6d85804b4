"""Which cluster it is, decided: its version, how to recognize it, whom to call."""

from compiler.distributions.capabilities import Distribution
from compiler.distributions.registry import distribution
from compiler.model.checks import Versions
from compiler.model.cluster import ClusterSpec, Spec
from compiler.model.decided import Decide, Decided, decided
from compiler.model.promise import Tier
from compiler.values.sources import Sources


class Kubernetes(Decided, frozen=True):
    """The release that the cluster runs, or during an upgrade the lower and the higher one."""

    versions: Versions
    sources: Sources

    @property
    def minor(self) -> str:
        """The lower minor, such as 1.35: what it knows, the higher one knows too."""
        return self.versions.minors[0]


class People(Decided, frozen=True):
    """Whom the pages say to call."""

    owner: str
    deputy: str | None
    escalation: tuple[str, ...]


class Cluster(Decided, frozen=True, kw_only=True):
    """The cluster as every page introduces it. `distribution`: what it can do in this cluster; `endpoint` has no slash at its end."""

    name: str
    tier: Tier
    distribution_name: str
    distribution: Distribution
    kubernetes: Kubernetes
    endpoint: str
    ca_fingerprint: str | None
    people: People


def cluster(whole: ClusterSpec) -> Cluster:
    """Decide the section."""
    decide = Decide(whole.spec)
    return decided(
        Cluster,
        name=whole.metadata.name,
        tier=decide(lambda spec: spec.tier),
        distribution_name=decide(lambda spec: spec.distribution.name),
        distribution=decide(_distribution),
        kubernetes=_kubernetes(whole.spec),
        endpoint=decide(lambda spec: spec.identity.endpoint.rstrip("/")),
        ca_fingerprint=decide(lambda spec: spec.identity.ca_fingerprint),
        people=_people(whole.spec),
    )


def _distribution(spec: Spec) -> Distribution:
    return distribution(spec.distribution.name, spec.etcd.placement if spec.etcd else "stacked")


def _kubernetes(spec: Spec) -> Kubernetes:
    decide = Decide(spec)
    return decided(Kubernetes, versions=decide(lambda spec: spec.distribution.version), sources=decide.paths())


def _people(spec: Spec) -> People:
    decide = Decide(spec)
    return decided(
        People,
        owner=decide(lambda spec: spec.people.owner),
        deputy=decide(lambda spec: spec.people.deputy),
        escalation=decide(lambda spec: spec.people.escalation),
    )
