"""The roll of the chapters: one module for each failure scenario, in the order in which the index lists them."""

from collections.abc import Iterator
from typing import Protocol

from compiler.plan.plan import Plan
from compiler.runbooks import backup_missing, etcd_member_lost, etcd_quorum_lost, namespace_deleted
from compiler.runbooks.chapter import Chapter


class Scenario(Protocol):
    """The shape of every chapter's module."""

    def chapter(self, plan: Plan) -> Chapter | None:
        """Return the chapter of a cluster, or None where it does not apply."""


ROLL: tuple[Scenario, ...] = (etcd_member_lost, etcd_quorum_lost, namespace_deleted, backup_missing)


def chapters(plan: Plan) -> Iterator[Chapter]:
    """Yield the chapters that apply to a cluster."""
    for scenario in ROLL:
        found = scenario.chapter(plan)
        if found is not None:
            yield found
