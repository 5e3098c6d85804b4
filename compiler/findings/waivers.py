"""Waivers: an accepted finding stays visible as a note; a waiver that is wrong is a finding itself."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from compiler.findings.finding import Finding, Severity, Violation
from compiler.findings.rule import severity
from compiler.values.keypath import KeyPath, covers, dotted

RULE = "waiver-is-in-force"
SEVERITY = severity(lab="warning", edge="error", production="error")
MEANINGS = MappingProxyType(
    {RULE: "A waiver that names no rule, has expired or covers no finding hides who accepts which risk."}
)
"""What the fault means for recovery, by code."""


class Waiver(Struct, frozen=True):
    """One waiver of the spec: the rule, the key path that it covers, who accepts the risk and until when."""

    rule: str
    at: KeyPath
    approver: str
    expires: datetime.date

    def covers(self, finding: Finding) -> bool:
        """Return whether the finding can be waived, and is of this waiver's rule and at its path or below."""
        return finding.waivable and self.rule == finding.rule and covers(self.at, finding.path)


class Catalog(Struct, frozen=True):
    """The rule ids that exist, and for each id that was split the ids that check its statements now."""

    rules: frozenset[str]
    split: Mapping[str, tuple[str, ...]]


def apply(findings: Iterable[Finding], waivers: tuple[Waiver, ...], today: datetime.date) -> Iterator[Finding]:
    """Yield the findings, waived ones as notes that say who accepts the risk and until when."""
    live = [w for w in waivers if w.expires >= today]
    for finding in findings:
        waiver = next((w for w in live if w.covers(finding)), None)
        if waiver is None:
            yield finding
        else:
            yield replace(finding, severity=Severity.NOTE, waived_by=f"{waiver.approver} until {waiver.expires}")


def violations(
    waivers: tuple[Waiver, ...], findings: tuple[Finding, ...], catalog: Catalog, today: datetime.date
) -> Iterator[Violation]:
    """Yield what is wrong with the waivers themselves: an unknown rule, expired, or no finding that it covers."""
    for number, waiver in enumerate(waivers):
        path = ("spec", "waivers", number)
        if waiver.rule not in catalog.rules:
            yield _unknown(waiver, path, catalog)
        elif waiver.expires < today:
            yield _expired(waiver, path)
        elif not any(waiver.covers(finding) for finding in findings):
            yield _unused(waiver, path, catalog)


def _unknown(waiver: Waiver, path: KeyPath, catalog: Catalog) -> Violation:
    now = catalog.split.get(waiver.rule)
    return Violation(
        path=(*path, "rule"),
        message=f"rule {waiver.rule} was split" if now else f"there is no rule {waiver.rule}",
        impact="the waiver covers nothing, although its author thinks that it does",
        fix=f"name {_either(now)}" if now else "name a rule as `kedge explain` lists it",
    )


def _expired(waiver: Waiver, path: KeyPath) -> Violation:
    return Violation(
        path=(*path, "expires"),
        message=f"the waiver expired on {waiver.expires}",
        impact="nobody accepts the risk any more, and the finding is back",
        fix=f"fix what {waiver.rule} reports, or have the waiver approved again with a later date",
    )


def _unused(waiver: Waiver, path: KeyPath, catalog: Catalog) -> Violation:
    others = [rule for rule in catalog.split.get(waiver.rule, ()) if rule != waiver.rule]
    return Violation(
        path=path,
        message=f"{waiver.rule} reports nothing at {dotted(waiver.at)}",
        impact="a waiver that covers no finding hides the next real one at that place",
        fix="remove the waiver, or correct `at`" + (f"; {_either(others)} was part of this rule" if others else ""),
    )


def _either(rules: Iterable[str]) -> str:
    return " or ".join(rules)
