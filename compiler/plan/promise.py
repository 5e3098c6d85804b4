"""What is promised, decided: which losses, and within which objectives."""

from collections.abc import Iterator

from msgspec import Struct

from compiler.facts.procedures import ProcedureName
from compiler.model.cluster import Spec
from compiler.model.decided import Decide, Decided, decided
from compiler.model.promise import Loss, Objective
from compiler.model.topology import DomainKind


class Objectives(Decided, frozen=True):
    """RPO and RTO in seconds."""

    rpo: int
    rto: int


class OwnObjectives(Struct, frozen=True):
    """RPO and RTO of one application that states its own, in seconds; None where neither it nor the promise states one."""

    application: str
    rpo: int | None
    rto: int | None


class Promise(Decided, frozen=True, kw_only=True):
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

    def minutes_of(self, procedure: str) -> int | None:
        """Return the author's estimate for a procedure, None where there is none."""
        return next((minutes for name, minutes in self.minutes if name == procedure), None)


def promise(spec: Spec) -> Promise:
    """Decide the section."""
    decide = Decide(spec)
    return decided(
        Promise,
        stay_up=decide(lambda spec: spec.promise.stay_up),
        recover=decide(lambda spec: spec.promise.recover),
        control_plane=decide(lambda spec: _objectives(spec.promise.control_plane)),
        applications=decide(lambda spec: _objectives(spec.promise.applications)),
        own=decide(lambda spec: tuple(_own(spec))),
        shortest_application_rto=decide(_shortest_rto),
        minutes=decide(lambda spec: tuple(spec.recovery.minutes.items())),
    )


def _objectives(stated: Objective | None) -> Objectives | None:
    if stated is None:
        return None
    decide = Decide(stated)
    return decided(Objectives, rpo=decide(lambda objective: objective.rpo), rto=decide(lambda objective: objective.rto))


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
