"""Delivery, decided: the engine that syncs the output."""

from compiler.engines.argo import argo
from compiler.engines.engine import Engine
from compiler.engines.flux import flux
from compiler.model.cluster import Spec
from compiler.model.decided import Decided
from compiler.plan import naming
from compiler.values.sources import Sources


class Delivery(Decided, frozen=True):
    """How the output reaches the cluster. Which layers are synced follows from what is emitted (`engines.engine.synced`)."""

    engine: Engine

    @property
    def exists(self) -> Sources:
        """What decides that there is one."""
        return self.engine.exists


def delivery(spec: Spec) -> Delivery | None:
    """Decide the section; None where the spec names no engine."""
    engine = flux(spec) or argo(spec, naming.BACKUP_NAMESPACE)
    return Delivery(engine) if engine else None
