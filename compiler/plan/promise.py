"""What is promised, decided: which losses, and within which objectives."""

from dataclasses import dataclass

from compiler.model.cluster import Spec
from compiler.model.promise import Loss, Objective
from compiler.model.recording import recorded
from compiler.model.topology import DomainKind
from compiler.values.sources import Sources


@dataclass(frozen=True, slots=True)
class Objectives:
    """RPO and RTO in seconds."""

    rpo: int
    rto: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Losses that the cluster keeps serving through, losses that it comes back from, and the objectives, None where nothing is promised."""

    stay_up: tuple[DomainKind, ...]
    recover: tuple[Loss, ...]
    control_plane: Objectives | None
    applications: Objectives | None
    sources: Sources

    @property
    def page_sources(self) -> Sources:
        """All that pages state."""
        return self.sources


def promise(spec: Spec) -> Promise:
    """Decide the section."""
    view, reads = recorded(spec)
    return Promise(
        stay_up=view.promise.stay_up,
        recover=view.promise.recover,
        control_plane=_objectives(view.promise.control_plane),
        applications=_objectives(view.promise.applications),
        sources=reads.paths(),
    )


def _objectives(objective: Objective | None) -> Objectives | None:
    return Objectives(objective.rpo, objective.rto) if objective else None
