"""Delivery, decided: the engine that syncs the output."""

from dataclasses import dataclass

from compiler.engines.engine import Engine
from compiler.engines.flux import flux
from compiler.model.cluster import Spec


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the output reaches the cluster. Which layers are synced follows from what is emitted (`engines.engine.synced`)."""

    engine: Engine


def delivery(spec: Spec) -> Delivery | None:
    """Decide the section; None where the spec names no engine."""
    engine = flux(spec)
    return Delivery(engine) if engine else None
