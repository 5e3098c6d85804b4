"""Where alert rules go, decided."""

from compiler.model.cluster import Spec
from compiler.model.decided import Decide, Decided, decided
from compiler.values.sources import Sources


class Monitoring(Decided, frozen=True, kw_only=True):
    """Namespace of the PrometheusRule, and the labels that the Prometheus operator selects it by. `named`: the namespace's source."""

    namespace: str
    named: Sources
    labels: tuple[tuple[str, str], ...]
    sources: Sources


def monitoring(spec: Spec) -> Monitoring:
    """Decide the section."""
    decide = Decide(spec)
    namespace = decide(lambda spec: spec.monitoring.namespace)
    named = decide.paths()
    labels = decide(lambda spec: tuple(spec.monitoring.labels.items()))
    return decided(Monitoring, namespace=namespace, named=named, labels=labels, sources=decide.paths())
