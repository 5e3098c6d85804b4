"""Accepted risks, decided: the waivers of the spec, and which pages each touches."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from compiler.model.cluster import Spec
from compiler.model.decided import Decide, Decided, decided
from compiler.values.keypath import KeyPath, covers, parse, related


class AcceptedRisk(Struct, frozen=True, kw_only=True):
    """A waiver: a rule, the key path at which its finding is accepted, by whom, why, and the last day (ISO 8601) on which it is."""

    rule: str
    at: KeyPath
    reason: str
    approver: str
    expires: str

    def touches(self, paths: Iterable[KeyPath]) -> bool:
        """Return whether what is made from these key paths is made from what this waiver is about."""
        return any(related(self.at, path) for path in paths)

    def covers(self, rule: str, path: KeyPath) -> bool:
        """Return whether a finding of a rule at a key path is accepted while the waiver is in force."""
        return rule == self.rule and covers(self.at, path)


class AcceptedRisks(Decided, frozen=True, kw_only=True):
    """Every one of them, in force or not: the output does not depend on the day, so what prints one prints its last day."""

    risks: tuple[AcceptedRisk, ...]


def accepted_risks(spec: Spec) -> AcceptedRisks:
    """Decide the section."""
    return decided(AcceptedRisks, risks=Decide(spec)(lambda spec: tuple(_risks(spec))))


def accepted_until(spec: Spec, rule: str, path: KeyPath) -> str | None:
    """Return the last day on which a finding of a rule at a key path is accepted, None where nobody accepted it."""
    return max((risk.expires for risk in _risks(spec) if risk.covers(rule, path)), default=None)


def _risks(spec: Spec) -> Iterator[AcceptedRisk]:
    for waiver in spec.waivers:
        yield AcceptedRisk(
            rule=waiver.rule,
            at=parse(waiver.at),
            reason=waiver.reason,
            approver=waiver.approver,
            expires=waiver.expires,
        )
