"""Faults of the text and of the shape as findings, so that a person reads one format."""

from compiler.findings.finding import Finding, Severity
from compiler.source.fault import Fault


def finding(fault: Fault) -> Finding:
    """Return a fault as a finding. It is an error in every tier: nothing can be proven about a spec with a fault."""
    return Finding(
        rule=fault.code,
        severity=Severity.ERROR,
        path=(),
        span=fault.span,
        message=_clause(fault.message),
        impact=_clause(fault.meaning),
        fix=_clause(fault.fix),
    )


def _clause(sentence: str) -> str:
    """Return a sentence as it is printed after `impact:`: lower case at its beginning, unless that is an abbreviation, no full stop."""
    begins = sentence[:1].lower() if not sentence[1:2].isupper() else sentence[:1]
    return (begins + sentence[1:]).removesuffix(".")
