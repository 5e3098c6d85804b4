"""Faults of the text and of the shape, told as findings like everything else."""

from compiler.findings.finding import Finding, Severity
from compiler.source.fault import Fault


def finding(fault: Fault) -> Finding:
    """Return the finding that tells a fault. A fault is an error in every tier: nothing can be proven over it."""
    return Finding(
        rule=fault.code,
        severity=Severity.ERROR,
        path=(),
        span=fault.span,
        message=_as_told(fault.message),
        impact=_as_told(fault.meaning),
        fix=_as_told(fault.fix),
    )


def _as_told(sentence: str) -> str:
    """Return a sentence as it stands behind `impact:`: small at its beginning, unless that is an abbreviation, and without a stop."""
    begins = sentence[:1].lower() if not sentence[1:2].isupper() else sentence[:1]
    return (begins + sentence[1:]).removesuffix(".")
