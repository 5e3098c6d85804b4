"""The shape of a rule's module."""

from collections.abc import Iterator
from typing import Protocol

from compiler.findings.finding import Violation
from compiler.findings.rule import SeverityByTier
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs


class Rule(Protocol):
    """One statement: the docstring documents it, `SEVERITY` says how bad a violation is, `check` finds the violations."""

    __name__: str
    SEVERITY: SeverityByTier

    def check(self, spec: Spec, proofs: Proofs) -> Iterator[Violation]:
        """Yield a violation for each place where the statement does not hold or is not proven."""
