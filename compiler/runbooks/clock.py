"""The clock of a procedure: the one place that says how long its steps take. Pages print it, and a rule holds the RTO against it."""

from collections.abc import Iterator
from typing import get_args

from compiler.facts.procedures import ProcedureName
from compiler.plan.plan import Plan
from compiler.proofs.recovery_times import RecoveryTime
from compiler.runbooks import procedures
from compiler.runbooks.procedure import MINUTE, Procedure
from compiler.runbooks.step import Step

LATER = frozenset({"remove-old-data"})
"""Steps that are done a day later, when the service has been back for long."""

MIN_LOOK = 2
"""Minutes that a look takes at least, however fast the commands are; anything else, a typed confirmation too, takes one."""

OF_APPLICATIONS: frozenset[ProcedureName] = frozenset({"namespace-deleted"})
"""Procedures that bring applications back; the others bring back the control plane."""


def minutes(step: Step) -> int:
    """Return the minutes of a step, for all its hosts together."""
    return max(step.minutes, MIN_LOOK if step.definition.kind == "read-only" else 1)


def counted(step: Step) -> int:
    """Return the minutes of a step on the clock until the service is back: none for what is done a day later."""
    return 0 if step.slug in LATER else minutes(step)


def service_back(procedure: Procedure) -> int:
    """Return the seconds until the service is back: the sum of the steps."""
    return sum(map(counted, procedure.steps)) * MINUTE


def recovery_times(plan: Plan) -> Iterator[RecoveryTime]:
    """Yield each procedure of a cluster that has an RTO to meet, with the estimate of the spec where there is one."""
    for procedure in procedures(plan):
        name = next((name for name in get_args(ProcedureName) if name == procedure.name), None)
        if name is not None and procedure.rto is not None:
            stated = plan.promise.minutes_of(name)
            yield RecoveryTime(
                procedure=name,
                part="applications" if name in OF_APPLICATIONS else "control-plane",
                seconds=service_back(procedure) if stated is None else stated * MINUTE,
                stated=stated is not None,
                rto=procedure.rto,
            )
