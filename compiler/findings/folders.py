"""Folders below clusters/ that look like a cluster and are none: nothing is proven about them, and nobody would notice."""

from types import MappingProxyType

from compiler.findings.finding import Finding, Severity
from compiler.source.document import Span

RULE = "folders-hold-a-spec"
MEANINGS = MappingProxyType({RULE: "Nothing protects or restores a cluster that kedge does not read."})


def finding(place: str, message: str, fix: str) -> Finding:
    """Return the finding about a folder or a file in it, by its path from the repository's root."""
    return Finding(
        rule=RULE,
        severity=Severity.WARNING,
        path=(),
        span=Span(place, 1, 1, 1, 1),
        message=message,
        impact=MEANINGS[RULE][:1].lower() + MEANINGS[RULE][1:].removesuffix("."),
        fix=fix,
    )
