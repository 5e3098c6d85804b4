"""What a quota demands of cpu and memory, the LimitRange gives to every container that states none.

Why it matters: such a quota makes requests or limits mandatory. A pod with one container that states none is refused, init containers
included, unless the LimitRange fills them in. Running pods are left alone, so nobody notices until pods are recreated: after a loss,
controllers get a 403 that shows only in the events of a ReplicaSet or a Job, and Velero restores no such pod.

How to fix: state a default for what the quota limits. The API server fills in the rest: a limit comes from `default`, else from
`max`; a request comes from `defaultRequest`, else from that limit, else from `min`.

Bad, at spec.namespaces.shop.quota["limits.memory"]:

    namespaces: {shop: {quota: {requests.cpu: 4, limits.memory: 8Gi}, limits: {defaultRequest: {cpu: 100m, memory: 128Mi}}}}

Good:

    namespaces: {shop: {quota: {requests.cpu: 4, limits.memory: 8Gi}, limits: {defaultRequest: {cpu: 100m}, default: {memory: 256Mi}}}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="warning", edge="error", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation for each request or limit that a managed quota demands and that the LimitRange does not fill in."""
    for missing in proofs.missing_defaults:
        value, default = ("limit", "default") if missing.kind.side == "limits" else ("request", "defaultRequest")
        resource = missing.kind.resource
        yield Violation(
            path=("spec", "namespaces", missing.namespace, "quota", missing.key),
            message=f"a container that states no {value} of {resource} gets none, and this quota refuses its pod",
            impact="after a loss such pods are refused with a 403 that only events show, and Velero restores none of them",
            fix=f"state `limits.{default}.{resource}` beside the quota",
            label=f"demands a {value}, no default gives one",
            on_key=True,
        )
