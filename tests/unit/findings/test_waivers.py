"""Waivers: what is accepted stays visible, and a waiver that covers nothing is a finding itself."""

import datetime

import pytest

from compiler.findings.finding import Finding, Severity
from compiler.findings.waivers import Waiver
from compiler.rules import IDS
from compiler.rules.split_ids import SPLIT
from compiler.source.document import Span
from compiler.values.keypath import parse
from tests.rules import cases

TWO = "controlPlane: {hosts: [cp1, cp2]}\nwaivers: [{rule: %s, at: %s, reason: r, approver: Head, expires: %s}]"
COUNT = "etcd-member-count-fits-tier"
LAST_DAY = datetime.date(2027, 3, 1)


def found(rule: str, at: str, today: datetime.date = cases.TODAY) -> dict[str, Finding]:
    spec = cases.over_base(TWO % (rule, at, LAST_DAY))
    return {f.rule: f for f in cases.check(spec, today=today)}


def test_waived_finding_stays_as_a_note_that_names_who_accepts_the_risk() -> None:
    note = found(COUNT, "spec.controlPlane")[COUNT]
    assert note.severity == Severity.NOTE
    assert note.waived_by == "Head until 2027-03-01"


def test_waiver_holds_on_its_last_day_and_not_after() -> None:
    assert found(COUNT, "spec.controlPlane", LAST_DAY)[COUNT].severity == Severity.NOTE
    after = found(COUNT, "spec.controlPlane", LAST_DAY + datetime.timedelta(1))
    assert after[COUNT].severity == Severity.ERROR
    assert after["waiver-is-in-force"].message == "the waiver expired on 2027-03-01"


def test_waiver_of_an_unknown_rule_is_a_finding() -> None:
    assert found("no-such-rule", "spec")["waiver-is-in-force"].message == "there is no rule no-such-rule"


def test_waiver_elsewhere_waives_nothing_and_is_a_finding() -> None:
    other = found(COUNT, "spec.etcd")
    assert other[COUNT].severity == Severity.ERROR
    assert "reports nothing at spec.etcd" in other["waiver-is-in-force"].message


def test_what_makes_the_output_wrong_cannot_be_waived() -> None:
    rule = "control-plane-runs-once-on-each-host"
    spec = cases.over_base(
        "tier: lab\npromise: {stayUp: []}\ncontrolPlane: {hosts: [cp1], instances: 3}\n"
        f"waivers: [{{rule: {rule}, at: spec.controlPlane, reason: r, approver: Head, expires: {LAST_DAY}}}]"
    )
    findings = {f.rule: f for f in cases.check(spec)}
    assert findings[rule].severity == Severity.ERROR
    assert "waiver-is-in-force" in findings


def test_waiver_of_a_rule_that_was_split_names_the_new_ids() -> None:
    wrong = found("priorities-are-consistent", "spec")["waiver-is-in-force"]
    assert wrong.message == "rule priorities-are-consistent was split"
    assert wrong.fix == "name " + " or ".join(SPLIT["priorities-are-consistent"])


def test_waiver_of_an_rpo_does_not_cover_that_there_is_no_backup() -> None:
    spec = cases.over_base(
        "backups: {etcd: null}\n"
        f"waivers: [{{rule: schedule-meets-rpo, at: spec, reason: r, approver: Head, expires: {LAST_DAY}}}]"
    )
    findings = {f.rule: f for f in cases.check(spec)}
    assert findings["etcd-is-backed-up"].severity == Severity.ERROR
    assert "etcd-is-backed-up" in findings["waiver-is-in-force"].fix


def test_split_ids_lead_to_rules_that_exist() -> None:
    assert {new for ids in SPLIT.values() for new in ids} <= IDS
    assert all(old == new[0] for old, new in SPLIT.items() if old in IDS)


@pytest.mark.parametrize(
    ("at", "covers"),
    [
        ("spec", True),
        ("spec.a", True),
        ("spec.a.b[0]", True),
        ("spec.a.bb", False),
        ("spec.a.b[01]", False),
        ("spec.aa", False),
        ('spec["a"].b', True),
    ],
)
def test_waiver_covers_its_place_and_what_is_below_it(at: str, covers: bool) -> None:
    finding = Finding(
        rule="r",
        severity=Severity.ERROR,
        path=("spec", "a", "b", 0),
        span=Span("f", 1, 1, 1, 2),
        message="m",
        impact="i",
        fix="f",
    )
    assert Waiver("r", parse(at), "a", LAST_DAY).covers(finding) == covers
    assert not Waiver("other", parse(at), "a", LAST_DAY).covers(finding)
