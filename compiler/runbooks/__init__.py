"""The registry of the procedures: one module for each failure scenario, in the order in which the index lists them."""

from collections.abc import Iterator
from typing import Protocol

from compiler.plan.plan import Plan
from compiler.runbooks.procedure import Procedure, procedure_table
from compiler.runbooks.procedures import (
    backup_missing,
    etcd_database_full,
    etcd_member_lost,
    etcd_quorum_lost,
    namespace_deleted,
)


class Scenario(Protocol):
    """The shape of every procedure's module."""

    __name__: str

    def procedure(self, plan: Plan) -> Procedure | None:
        """Return the procedure of a cluster, or None where it does not apply."""


PROCEDURES: tuple[Scenario, ...] = (
    etcd_member_lost,
    etcd_quorum_lost,
    etcd_database_full,
    namespace_deleted,
    backup_missing,
)


def page_name(scenario: Scenario) -> str:
    """Return the name that the procedures of a scenario have: its module's, with hyphens."""
    return scenario.__name__.rpartition(".")[2].replace("_", "-")


def acts_on_hosts(name: str) -> bool:
    """Return whether the procedure of this name has steps on hosts, which the rescue kit then has too."""
    return bool(procedure_table(name).get("on_hosts"))


def procedures(plan: Plan) -> Iterator[Procedure]:
    """Yield the procedures that apply to a cluster."""
    for scenario in PROCEDURES:
        procedure = scenario.procedure(plan)
        if procedure is not None:
            yield procedure
