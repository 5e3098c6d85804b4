"""What is promised, decided: which losses, and within which objectives."""

from collections.abc import Iterator
from dataclasses import dataclass

from compiler.facts.procedures import ProcedureName
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


@dataclass(frozen=True, slots=True)
class OwnObjectives:
    """RPO and RTO of one application that states its own, in seconds; None where neither it nor the promise states one."""

    application: str
    rpo: int | None
    rto: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Losses that the cluster keeps serving through, losses that it comes back from, and the objectives, None where nothing is promised.

    `shortest_application_rto`: what a page about any application has to meet; `minutes`: the author's estimates by procedure.
    """

    stay_up: tuple[DomainKind, ...]
    recover: tuple[Loss, ...]
    control_plane: Objectives | None
    applications: Objectives | None
    own: tuple[OwnObjectives, ...]
    shortest_application_rto: int | None
    minutes: tuple[tuple[ProcedureName, int], ...]
    sources: Sources

    @property
    def page_sources(self) -> Sources:
        """All that pages state."""
        return self.sources

    def minutes_of(self, procedure: str) -> int | None:
        """Return the author's estimate for a procedure, None where there is none."""
        return next((minutes for name, minutes in self.minutes if name == procedure), None)


def promise(spec: Spec) -> Promise:
    """Decide the section."""
    view, reads = recorded(spec)
    return Promise(
        stay_up=view.promise.stay_up,
        recover=view.promise.recover,
        control_plane=_objectives(view.promise.control_plane),
        applications=_objectives(view.promise.applications),
        own=tuple(_own(view)),
        shortest_application_rto=_shortest_rto(view),
        minutes=tuple(view.recovery.minutes.items()),
        sources=reads.paths(),
    )


def _objectives(objective: Objective | None) -> Objectives | None:
    return Objectives(objective.rpo, objective.rto) if objective else None


def _own(spec: Spec) -> Iterator[OwnObjectives]:
    common = spec.promise.applications
    for name, backup in spec.backups.applications.items():
        if backup.rpo is not None or backup.rto is not None:
            rpo, rto = (common.rpo, common.rto) if common else (None, None)
            yield OwnObjectives(name, backup.rpo or rpo, backup.rto or rto)


def _shortest_rto(spec: Spec) -> int | None:
    """Return the RTO that a page about any application has to meet: the shortest of all."""
    common = spec.promise.applications
    stated = [backup.rto or (common.rto if common else None) for backup in spec.backups.applications.values()]
    return min((rto for rto in stated if rto is not None), default=common.rto if common else None)
