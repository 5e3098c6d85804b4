"""Every rule by its cases: files that keep the promise, files that break it, what is printed then, and the fix followed literally.

The last line of a bad case, `# fixed: {…}`, is what its author changes in `spec` when he does what `fix:` says. `make golden` rewrites
the expected output; read the difference as the person at the terminal.
"""

import os
import re
from pathlib import Path

import pytest

from compiler.findings.finding import Severity
from compiler.findings.rule import rule_id
from compiler.report.rule_page import rule_page
from compiler.rules import RULES as REGISTRY
from compiler.values.keypath import dotted
from tests.rules import cases

RULES = {rule_id(rule.__name__): rule for rule in REGISTRY}
GOOD = sorted(cases.HERE.glob("*/good*.yaml"))
BAD = sorted(cases.HERE.glob("*/bad*.yaml"))
EXAMPLES = [
    (rule, part) for rule in RULES for part in ("good", "bad")
]  # of the docstrings, which are the documentation


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def test_the_base_of_the_cases_is_sound_and_lacks_nothing_but_procedures_of_kedge() -> None:
    assert {f.rule for f in cases.check(cases.over_base("tier: production"))} == {"promised-loss-has-a-procedure"}


@pytest.mark.parametrize("case", GOOD, ids=name)
def test_good_case_is_sound_and_the_rule_is_silent(case: Path) -> None:
    checked = cases.judged(cases.files(case.read_text()))
    assert checked.plan is not None, checked.findings
    assert [f for f in checked.findings if f.rule == case.parent.name] == []


@pytest.mark.parametrize("case", BAD, ids=name)
def test_bad_case_prints_what_is_expected(case: Path) -> None:
    repository = cases.files(case.read_text())
    checked = cases.judged(repository)
    found = tuple(f for f in checked.findings if f.rule == case.parent.name)
    said = cases.printed(repository, found)
    expected = case.with_suffix(".expected")
    if os.environ.get("GOLDEN") == "write":
        expected.write_text(said)
    assert checked.plan is not None, checked.findings
    assert found
    assert said == expected.read_text()


@pytest.mark.parametrize("case", BAD, ids=name)
def test_fix_that_is_followed_ends_the_finding(case: Path) -> None:
    checked = cases.judged(cases.fixed(case.read_text()))
    assert checked.plan is not None, checked.findings
    assert [f for f in checked.findings if f.rule == case.parent.name] == []


@pytest.mark.parametrize("rule", RULES)
def test_rule_has_cases_of_both_kinds_in_a_folder_of_its_name(rule: str) -> None:
    folder = cases.HERE / rule
    assert list(folder.glob("good*.yaml"))
    assert list(folder.glob("bad*.yaml"))


def test_no_case_is_left_over() -> None:
    assert {path.parent.name for path in (*GOOD, *BAD)} == set(RULES)
    assert {path.with_suffix(".yaml") for path in cases.HERE.glob("*/*.expected")} == set(BAD)


@pytest.mark.parametrize(("rule", "part"), EXAMPLES)
def test_example_in_the_docstring_does_what_it_says(rule: str, part: str) -> None:
    page = rule_page(RULES[rule])
    checked = cases.judged(cases.files(cases.over_base(getattr(page, part))))
    assert checked.plan is not None, checked.findings
    assert any(f.rule == rule for f in checked.findings) == (part == "bad")


@pytest.mark.parametrize("rule", RULES)
def test_bad_example_states_where_its_finding_is(rule: str) -> None:
    """A waiver that was copied from the rule's page with this key path waives that finding."""
    page = rule_page(RULES[rule])
    paths = [dotted(found.path) for found in cases.check(cases.over_base(page.bad)) if found.rule == rule]
    assert page.at in paths


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("tier", ["lab", "edge", "production"])
def test_severity_is_that_of_the_tier(rule: str, tier: str) -> None:
    base = (cases.HERE / "base.yaml").read_text().replace("tier: production", f"tier: {tier}")
    found = [f for f in cases.check((cases.HERE / rule / "bad.yaml").read_text(), base) if f.rule == rule]
    assert {f.severity for f in found} <= {RULES[rule].SEVERITY[tier]}


@pytest.mark.parametrize("case", [c for c in BAD if c.stem.endswith("-not-stated")], ids=name)
def test_gap_in_the_proof_is_a_warning_even_in_production(case: Path) -> None:
    found = [f for f in cases.check(case.read_text()) if f.rule == case.parent.name]
    assert {f.severity for f in found} == {Severity.WARNING}


@pytest.mark.parametrize("case", BAD, ids=name)
def test_sentences_are_well_formed(case: Path) -> None:
    """Each sentence is printed after `impact:` or `fix:` on one line of a terminal: lower case at its beginning, no full stop."""
    for found in cases.check(case.read_text()):
        if found.rule in RULES:
            for sentence in (found.message, found.impact, found.fix):
                assert sentence == sentence.strip()
                assert sentence
                assert "\n" not in sentence
                assert not sentence.endswith((".", ":", ",", ";"))
                assert not re.match("[A-Z][a-z]", sentence)
                assert "  " not in sentence
                assert sentence.count("`") % 2 == 0
            assert len(found.label) <= 80
