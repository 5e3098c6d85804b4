"""Findings: order, severity, and faults in the same format."""

import pytest

from compiler.findings import faults
from compiler.findings.finding import Finding, Severity, Violation
from compiler.findings.rule import rule_id, severity, severity_of
from compiler.source.document import Span
from compiler.source.fault import fault

BY_TIER = severity(lab="note", edge="warning", production="error")
HERE = Span("f", 2, 3, 2, 5)


def violation(*, proven: bool = True) -> Violation:
    return Violation(path=(), message="m", impact="i", fix="f", proven=proven)


@pytest.mark.parametrize("tier", ["lab", "edge", "production"])
def test_proven_violation_has_the_severity_of_the_tier(tier: str) -> None:
    assert severity_of(BY_TIER, tier, violation()) == BY_TIER[tier]


@pytest.mark.parametrize("tier", ["lab", "edge", "production"])
def test_gap_in_the_proof_is_a_warning(tier: str) -> None:
    assert severity_of(BY_TIER, tier, violation(proven=False)) == Severity.WARNING


def test_rule_is_named_by_its_module() -> None:
    assert rule_id("compiler.rules.etcd_size_has_headroom") == "etcd-size-has-headroom"


def test_findings_are_ordered_by_file_line_column_and_rule() -> None:
    def at(file: str, line: int, column: int, rule: str) -> Finding:
        return Finding(
            rule=rule,
            severity=Severity.ERROR,
            path=(),
            span=Span(file, line, column, line, column),
            message="m",
            impact="i",
            fix="f",
        )

    ordered = [at("a", 1, 1, "x"), at("a", 1, 2, "a"), at("a", 2, 1, "a"), at("a", 2, 1, "b"), at("b", 1, 1, "a")]
    backwards = list(reversed(ordered))
    assert sorted(backwards, key=Finding.sort_key) == ordered


@pytest.mark.parametrize(
    ("sentence", "clause"), [("This is so.", "this is so"), ("YAML is so.", "YAML is so"), ("`x` is so", "`x` is so")]
)
def test_sentence_of_a_fault_reads_like_that_of_a_rule(sentence: str, clause: str) -> None:
    found = faults.finding(fault("keys-are-unique", HERE, sentence, sentence))
    assert (found.message, found.fix, found.severity) == (clause, clause, Severity.ERROR)
