"""GitRepository: where Flux reads the output, and by whose signature."""

from collections.abc import Iterator

from compiler.kube import meta
from compiler.kube.manifest import Manifest
from compiler.plan import naming
from compiler.plan.plan import Plan
from compiler.values import duration


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield the source, where Flux syncs this cluster."""
    delivery = plan.delivery
    if delivery is None:
        return
    spec: dict[str, object] = {
        "interval": duration.go(min(delivery.interval, 60)),
        "url": delivery.url,
        "ref": {"branch": delivery.branch},
    }
    if delivery.secret is not None:
        spec["secretRef"] = {"name": delivery.secret}
    if delivery.signers is not None:
        spec["verify"] = {"mode": "HEAD", "secretRef": {"name": delivery.signers}}
    body = meta.kind("source.toolkit.fluxcd.io/v1", "GitRepository") | {
        "metadata": meta.metadata(delivery.source, naming.labels(plan.cluster), delivery.namespace),
        "spec": spec,
    }
    yield Manifest("delivery", body, (("spec", "gitops", "flux"),))
