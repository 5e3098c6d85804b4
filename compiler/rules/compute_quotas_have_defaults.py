"""What a quota demands of cpu and memory, the LimitRange gives to every container that states none.

Why it matters: such a quota makes requests or limits a duty. A pod with one container that states none is refused, init containers
included, unless the LimitRange fills them in. What runs is left alone, so nobody notices until pods are made again: after a loss,
controllers get a 403 that shows only in the events of a ReplicaSet or a Job, and a restore by Velero brings back no such pod.

How to fix: state a default for what the quota limits. The API server fills in the rest: a limit comes from `default`, else from
`max`; a request comes from `defaultRequest`, else from that limit, else from `min`.

Bad:

    namespaces: {shop: {quota: {requests.cpu: 4, limits.memory: 8Gi}, limits: {defaultRequest: {cpu: 100m, memory: 128Mi}}}}

Good:

    namespaces: {shop: {quota: {requests.cpu: 4, limits.memory: 8Gi}, limits: {defaultRequest: {cpu: 100m}, default: {memory: 256Mi}}}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Claim
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.model.namespaces import ContainerLimits, QuotaKey, Resource
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="warning", edge="error", production="error")

# What the admission of quotas demands of each container; the other resources are counted, and none of them is demanded.
DEMANDS: tuple[tuple[QuotaKey, Resource], ...] = (
    ("requests.cpu", "cpu"),
    ("requests.memory", "memory"),
    ("limits.cpu", "cpu"),
    ("limits.memory", "memory"),
)


def check(spec: Spec, proofs: Proofs) -> Iterator[Claim]:
    """Yield a claim for each request or limit that a managed quota demands and that the LimitRange does not fill in."""
    for name, namespace in spec.namespaces.items():
        for key, resource in DEMANDS:
            if namespace.manage and key in namespace.quota and not _filled(namespace.limits, key, resource):
                yield _refused(name, key, resource)


def _filled(limits: ContainerLimits | None, key: QuotaKey, resource: Resource) -> bool:
    """Tell whether a container that states nothing gets it; the order is that of SetDefaults_LimitRangeItem, Kubernetes 1.35."""
    if limits is None:
        return False
    limit = resource in limits.default or resource in limits.max
    if key.startswith("limits."):
        return limit
    return limit or resource in limits.default_request or resource in limits.min


def _refused(name: str, key: QuotaKey, resource: Resource) -> Claim:
    kind, default = ("limit", "default") if key.startswith("limits.") else ("request", "defaultRequest")
    return Claim(
        ("spec", "namespaces", name, "quota", key),
        f"a container that states no {kind} of {resource} gets none, and this quota refuses its pod",
        "after a loss such pods are refused by a 403 that only events show, and a restore by Velero brings none back",
        f"state `limits.{default}.{resource}` beside the quota",
        label=f"demands a {kind}, no default gives one",
        on_key=True,
    )
