"""What a rule says about itself, taken from its docstring: for `kedge explain`, for the generated pages and for their tests."""

import re
from collections.abc import Iterator
from textwrap import dedent, fill, indent

from msgspec import Struct

from compiler import rules
from compiler.findings.rule import SeverityByTier, rule_id
from compiler.rules.rule import Rule
from compiler.rules.split_ids import SPLIT

PARTS = ("Why it matters", "How to fix", "Bad", "Good")
"""The parts of every rule's docstring after its statement, in order; `Bad` says at which key path its finding is."""

_PART = re.compile(rf"^({'|'.join(PARTS)})(?:, at (\S+))?:", re.MULTILINE)

WIDTH = 100
"""Columns of a page on a terminal."""


class RulePage(Struct, frozen=True, kw_only=True):
    """A rule as a person reads it. `bad` and `good` are pieces of a `spec:` in YAML, `at` is the key path of the finding in `bad`."""

    id: str
    subject: str
    statement: str
    why: str
    fix: str
    at: str
    bad: str
    good: str
    severity: SeverityByTier


def rule_pages() -> tuple[RulePage, ...]:
    """Return the pages of all rules, in the order of the registry."""
    return tuple(rule_page(rule) for rule in rules.RULES)


def rule_page(rule: Rule) -> RulePage:
    """Return the page of a rule. Raises ValueError where its docstring lacks a part."""
    statement, *parts = _PART.split(rule.__doc__ or "")
    if tuple(parts[::3]) != PARTS:
        raise ValueError(f"the docstring of {rule.__name__} has not the parts {', '.join(PARTS)}, in this order")
    at = parts[3 * PARTS.index("Bad") + 1]
    if at is None:
        raise ValueError(f"the docstring of {rule.__name__} lacks the key path of its bad example: `Bad, at spec…:`")
    why, fix, bad, good = parts[2::3]
    return RulePage(
        id=rule_id(rule.__name__),
        subject=rule.__name__.split(".")[-2],
        statement=_sentences(statement),
        why=_sentences(why),
        fix=_sentences(fix),
        at=at,
        bad=dedent(bad).strip("\n"),
        good=dedent(good).strip("\n"),
        severity=rule.SEVERITY,
    )


def moved(rule: str) -> tuple[str, ...]:
    """Return the rules that an id was split into, without itself; nothing for an id that was not split."""
    return tuple(new for new in SPLIT.get(rule, ()) if new != rule)


def lines(page: RulePage) -> Iterator[str]:
    """Yield the page for a terminal."""
    yield f"{page.id}: {page.statement}\n"
    yield f"  severity  {severities(page.severity)}\n"
    yield _filled(f"  why       {page.why}") + "\n"
    yield _filled(f"  fix       {page.fix}") + "\n"
    for title, example in (("bad", page.bad), ("good", page.good)):
        yield f"  {title}\n{indent(example, '    ')}\n"
    yield f"  waive\n{indent(waiver(page), '    ')}"
    if moved(page.id):
        yield f"\n  split     {', '.join(moved(page.id))} were part of this rule"


def severities(by_tier: SeverityByTier) -> str:
    """Return the severity in each tier, in words."""
    return ", ".join(f"{level} in {tier}" for tier, level in by_tier.items())


def waiver(page: RulePage) -> str:
    """Return a waiver of a rule as YAML, at the key path of its bad example, to be filled in."""
    return (
        "waivers:\n"
        f"  - rule: {page.id}\n"
        f"    at: {page.at}    # an example: write the key path that your finding prints after `at`\n"
        "    reason: Why the risk is accepted\n"
        "    approver: Who accepts it\n"
        "    expires: 2027-03-01    # after this day the finding is back"
    )


def _sentences(text: str) -> str:
    return " ".join(text.split())


def _filled(text: str) -> str:
    return fill(text, WIDTH, subsequent_indent=" " * 12)
