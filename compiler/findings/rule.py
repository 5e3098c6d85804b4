"""What every rule states about itself: its id, which is its module's name, and its severity by tier."""

from collections.abc import Mapping
from types import MappingProxyType

from compiler.findings.finding import Severity, Violation

SeverityByTier = Mapping[str, Severity]


def severity(*, lab: str, edge: str, production: str) -> SeverityByTier:
    """Return the severity of a rule in each tier."""
    return MappingProxyType({"lab": Severity(lab), "edge": Severity(edge), "production": Severity(production)})


def rule_id(module: str) -> str:
    """Return the id of the rule in a module: the module's own name with hyphens."""
    return module.rpartition(".")[2].replace("_", "-")


def severity_of(by_tier: SeverityByTier, tier: str, violation: Violation) -> Severity:
    """Return the severity of a violation in a tier. What is not proven is a warning in every tier: it is visible and blocks nobody."""
    return by_tier[tier] if violation.proven else Severity.WARNING
