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
        message=fault.message,
        impact=fault.meaning,
        fix=fault.fix,
    )
