"""Waivers: a finding that someone bears stays visible as a note; a waiver that is wrong is an error itself."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType

from compiler.findings.finding import Claim, Finding, Severity
from compiler.findings.rule import severity
from compiler.values.keypath import dotted

RULE = "waiver-is-in-force"
SEVERITY = severity(lab="warning", edge="error", production="error")
MEANINGS = MappingProxyType(
    {RULE: "A waiver that names no rule, is past its day or has nothing left to waive hides who bears what."}
)
"""What the fault means for recovery, by code."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """One waiver of the spec: the rule, the key path that it covers, who bears it and until when."""

    rule: str
    at: str
    approver: str
    expires: datetime.date

    def covers(self, finding: Finding) -> bool:
        """Tell whether the finding is this waiver's rule at its path or below."""
        path = dotted(finding.path)
        return self.rule == finding.rule and (path == self.at or path.startswith((self.at + ".", self.at + "[")))


def apply(findings: Iterable[Finding], waivers: tuple[Waiver, ...], today: datetime.date) -> Iterator[Finding]:
    """Yield the findings, waived ones as notes that say by whom and until when."""
    live = [w for w in waivers if w.expires >= today]
    for found in findings:
        waiver = next((w for w in live if w.covers(found)), None)
        if waiver is None:
            yield found
        else:
            yield replace(found, severity=Severity.NOTE, waived_by=f"{waiver.approver} until {waiver.expires}")


def claims(
    waivers: tuple[Waiver, ...], found: tuple[Finding, ...], rules: frozenset[str], today: datetime.date
) -> Iterator[Claim]:
    """Yield what is wrong with the waivers themselves: unknown rule, past its day, or nothing left to waive."""
    for number, waiver in enumerate(waivers):
        path = ("spec", "waivers", number)
        if waiver.rule not in rules:
            yield Claim(
                (*path, "rule"),
                f"there is no rule {waiver.rule}",
                "the waiver waives nothing, although its author thinks it does",
                "name a rule as `kedge explain` lists it",
            )
        elif waiver.expires < today:
            yield Claim(
                (*path, "expires"),
                f"the waiver ended on {waiver.expires}",
                "what was borne until then is no longer borne by anyone",
                f"mend what {waiver.rule} says, or have the waiver approved anew",
            )
        elif not any(waiver.covers(f) for f in found):
            yield Claim(
                path,
                f"{waiver.rule} has nothing to say at {waiver.at}",
                "a waiver that waives nothing hides the next real finding at that place",
                "remove the waiver, or correct `at`",
            )
