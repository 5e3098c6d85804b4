"""What a rule says about itself, taken from its docstring: for `kedge explain`, for the generated pages and for their tests."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import dedent, fill, indent

from compiler import rules
from compiler.findings.rule import SeverityByTier, rule_id
from compiler.rules import Rule

PARTS = ("Why it matters", "How to fix", "Bad", "Good")
"""The parts of every rule's docstring after its statement, in order."""

WIDTH = 100
"""Columns of a page on a terminal."""


@dataclass(frozen=True, slots=True)
class RulePage:
    """A rule as a person reads it. `bad` and `good` are pieces of a `spec:` in YAML."""

    id: str
    statement: str
    why: str
    fix: str
    bad: str
    good: str
    severity: SeverityByTier


def rule_pages() -> tuple[RulePage, ...]:
    """Return the pages of all rules, in the order of the roll."""
    return tuple(rule_page(rule) for rule in rules.ROLL)


def rule_page(rule: Rule) -> RulePage:
    """Return the page of a rule. Raises ValueError where its docstring lacks a part."""
    statement, *parts = re.split(rf"^({'|'.join(PARTS)}):", rule.__doc__ or "", flags=re.MULTILINE)
    if tuple(parts[::2]) != PARTS:
        raise ValueError(f"the docstring of {rule.__name__} has not the parts {', '.join(PARTS)}, in this order")
    why, fix, bad, good = parts[1::2]
    return RulePage(
        rule_id(rule.__name__),
        _sentences(statement),
        _sentences(why),
        _sentences(fix),
        dedent(bad).strip("\n"),
        dedent(good).strip("\n"),
        rule.SEVERITY,
    )


def lines(page: RulePage) -> Iterator[str]:
    """Yield the page for a terminal."""
    yield f"{page.id}: {page.statement}\n"
    yield f"  severity  {severities(page.severity)}\n"
    yield _filled(f"  why       {page.why}") + "\n"
    yield _filled(f"  fix       {page.fix}") + "\n"
    for title, example in (("bad", page.bad), ("good", page.good)):
        yield f"  {title}\n{indent(example, '    ')}\n"
    yield f"  waive\n{indent(waiver(page.id), '    ')}"


def severities(by_tier: SeverityByTier) -> str:
    """Return the severity in each tier, in words."""
    return ", ".join(f"{level} in {tier}" for tier, level in by_tier.items())


def waiver(rule: str) -> str:
    """Return a waiver of a rule as YAML, to be filled in."""
    return (
        "waivers:\n"
        f"  - rule: {rule}\n"
        "    at: spec...            # the key path that stands behind the place of the finding\n"
        "    reason: Why it is borne\n"
        "    approver: Who bears it\n"
        "    expires: 2027-03-01    # after this day the finding is back"
    )


def _sentences(text: str) -> str:
    return " ".join(text.split())


def _filled(text: str) -> str:
    return fill(text, WIDTH, subsequent_indent=" " * 12)
