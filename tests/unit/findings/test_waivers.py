"""Waivers: what is borne stays visible, and a waiver that bears nothing is a finding itself."""

import datetime

import pytest

from compiler.findings.finding import Finding, Severity
from compiler.findings.waivers import Waiver
from compiler.source.document import Span
from tests.rules import cases

TWO = "controlPlane: {hosts: [cp1, cp2]}\nwaivers: [{rule: %s, at: %s, reason: r, approver: Head, expires: %s}]"
COUNT = "etcd-member-count-fits-tier"
LAST_DAY = datetime.date(2027, 3, 1)


def found(rule: str, at: str, today: datetime.date = cases.TODAY) -> dict[str, Finding]:
    spec = cases.over_base(TWO % (rule, at, LAST_DAY))
    return {f.rule: f for f in cases.check(spec, today=today)}


def test_waived_finding_stays_as_a_note_that_names_who_bears_it() -> None:
    note = found(COUNT, "spec.controlPlane")[COUNT]
    assert note.severity == Severity.NOTE
    assert note.waived_by == "Head until 2027-03-01"


def test_waiver_holds_on_its_last_day_and_not_after() -> None:
    assert found(COUNT, "spec.controlPlane", LAST_DAY)[COUNT].severity == Severity.NOTE
    after = found(COUNT, "spec.controlPlane", LAST_DAY + datetime.timedelta(1))
    assert after[COUNT].severity == Severity.ERROR
    assert after["waiver-is-in-force"].message == "the waiver ended on 2027-03-01"


def test_waiver_of_an_unknown_rule_is_a_finding() -> None:
    assert found("no-such-rule", "spec")["waiver-is-in-force"].message == "there is no rule no-such-rule"


def test_waiver_elsewhere_waives_nothing_and_is_a_finding() -> None:
    other = found(COUNT, "spec.etcd")
    assert other[COUNT].severity == Severity.ERROR
    assert "has nothing to say at spec.etcd" in other["waiver-is-in-force"].message


@pytest.mark.parametrize(
    ("at", "covers"),
    [
        ("spec", True),
        ("spec.a", True),
        ("spec.a.b[0]", True),
        ("spec.a.bb", False),
        ("spec.a.b[01]", False),
        ("spec.aa", False),
    ],
)
def test_waiver_covers_its_place_and_what_lies_below(at: str, covers: bool) -> None:
    finding = Finding("r", Severity.ERROR, ("spec", "a", "b", 0), Span("f", 1, 1, 1, 2), "m", "i", "f")
    assert Waiver("r", at, "a", LAST_DAY).covers(finding) == covers
    assert not Waiver("other", at, "a", LAST_DAY).covers(finding)
