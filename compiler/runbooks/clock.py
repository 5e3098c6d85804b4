"""The clock of a procedure: the one place that says how long its steps take. Pages print it, and a rule holds the RTO against it."""

from collections.abc import Iterator
from typing import get_args

from compiler.facts.procedures import ProcedureName
from compiler.plan.plan import Plan
from compiler.proofs.recovery_times import RecoveryTime
from compiler.runbooks import procedures
from compiler.runbooks.procedure import MINUTE, Procedure
from compiler.runbooks.step import Place, Step

LATER = frozenset({"remove-old-data"})
"""Steps that are done a day later, when the service has been back for long."""

MIN_LOOK = 2
"""Minutes that a look takes at least, however fast the commands are; anything else, each typed confirmation too, takes one."""

OF_APPLICATIONS: frozenset[ProcedureName] = frozenset({"namespace-deleted"})
"""Procedures that bring applications back; the others bring back the control plane."""


def minutes(step: Step, members: int) -> int:
    """Return the minutes of a step in a cluster of so many etcd members, for all its hosts together.

    A block runs on all hosts at once and is counted once, unless they are done in turn; where a person types a confirmation on each,
    it is counted for each.
    """
    least = MIN_LOOK if step.definition.kind == "read-only" else 1
    hosts = _hosts(step.place, members)
    return max(step.minutes * (hosts if step.in_turn else 1), least, step.definition.confirmations * hosts)


def counted(step: Step, members: int) -> int:
    """Return the minutes of a step on the clock until the service is back: none for what is done a day later."""
    return 0 if step.slug in LATER else minutes(step, members)


def ends(procedure: Procedure, members: int) -> Iterator[int]:
    """Yield the minute at which each step is done. What is done meanwhile begins when the step that waits begins."""
    begun = done = done_meanwhile = 0
    for step in procedure.steps:
        if step.meanwhile:
            done_meanwhile = max(done_meanwhile, begun) + counted(step, members)
            yield done_meanwhile
        else:
            begun = max(done, done_meanwhile)
            done = begun + counted(step, members)
            yield done


def service_back(procedure: Procedure, members: int) -> int:
    """Return the seconds until the service is back: until the last step is done."""
    return max(ends(procedure, members), default=0) * MINUTE


def recovery_times(plan: Plan) -> Iterator[RecoveryTime]:
    """Yield each procedure of a cluster that has an RTO to meet, with the estimate of the spec where there is one."""
    for procedure in procedures(plan):
        name = next((name for name in get_args(ProcedureName) if name == procedure.name), None)
        if name is not None and procedure.rto is not None:
            stated = plan.promise.minutes_of(name)
            members = len(plan.topology.members)
            yield RecoveryTime(
                procedure=name,
                part="applications" if name in OF_APPLICATIONS else "control-plane",
                seconds=service_back(procedure, members) if stated is None else stated * MINUTE,
                stated=stated is not None,
                rto=procedure.rto,
            )


def _hosts(place: Place, members: int) -> int:
    return {"each_member": members, "remaining_members": members - 1}.get(place, 1)
