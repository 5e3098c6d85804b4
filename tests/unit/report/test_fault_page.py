"""The page of a fault: there is one for each, and its examples are what it says."""

import pytest

from compiler.report.fault_page import MEANINGS, PAGES, FaultPage, find, lines
from tests.rules import cases

SHOWN = [page for page in PAGES if page.bad]


def faults(fragment: str) -> set[str]:
    return {finding.rule for finding in cases.check(cases.over_base(fragment)) if finding.rule in MEANINGS}


def test_every_fault_has_a_page_and_every_page_a_fault() -> None:
    assert sorted(page.id for page in PAGES) == sorted(MEANINGS)


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: page.id)
def test_bad_example_has_the_fault_and_the_good_one_has_none(page: FaultPage) -> None:
    assert page.id in faults(page.bad)
    assert faults(page.good) == set()


def test_page_says_what_why_and_how_to_fix() -> None:
    page = find("keys-are-known")
    assert page is not None
    printed = "\n".join(lines(page))
    for part in (page.statement, page.meaning, "quotta", "quota: 4Gi", "cannot be waived"):
        assert part in " ".join(printed.split())
