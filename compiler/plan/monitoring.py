"""Where alert rules go, decided."""

from dataclasses import dataclass

from compiler.model.cluster import Spec
from compiler.model.recording import recorded
from compiler.values.sources import Sources


@dataclass(frozen=True, slots=True)
class Monitoring:
    """Namespace of the PrometheusRule, and the labels that the Prometheus operator selects it by. `named`: the namespace's source."""

    namespace: str
    named: Sources
    labels: tuple[tuple[str, str], ...]
    sources: Sources


def monitoring(spec: Spec) -> Monitoring:
    """Decide the section."""
    view, reads = recorded(spec)
    return Monitoring(
        namespace=view.monitoring.namespace,
        named=reads.paths(),
        labels=tuple(view.monitoring.labels.items()),
        sources=reads.paths(),
    )
