"""Findings as a person reads them: what, where with the line itself, what it means for recovery, how to mend it."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from compiler.findings.finding import ORDER, Finding, Severity
from compiler.values.keypath import dotted

Lines = Callable[[str], list[str]]
LIMIT = 50
EXCERPT = 110
TAB = " "

COLORS = {Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m", Severity.NOTE: "\x1b[1;34m"}
BOLD = "\x1b[1m"
BLUE = "\x1b[1;34m"
RESET = "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Screen:
    """Where findings are shown: whether in colour, and where the lines of a file come from."""

    color: bool
    lines: Lines
    shown: Callable[[str], str] = str
    """The path by which a reader who stands elsewhere finds a file of the repository."""

    def paint(self, code: str, text: str) -> str:
        """Return the text in a colour, where there is colour."""
        return f"{code}{text}{RESET}" if self.color else text


def told(screen: Screen, findings: Iterable[Finding]) -> Iterator[str]:
    """Yield the text of each finding, the worst fifty at most, and a line that counts the rest."""
    found = sorted(findings, key=lambda f: (ORDER[f.severity], *f.sort_key()))
    shown = sorted(found[:LIMIT], key=Finding.sort_key)
    for finding in shown:
        yield _one(screen, finding)
    if len(found) > LIMIT:
        yield f"… and {len(found) - LIMIT} more; `-o json` has them all\n"


def tally(findings: Iterable[Finding], clusters: int) -> str:
    """Return the last line: how many findings of each severity in how many clusters."""
    counts = dict.fromkeys(Severity, 0)
    for finding in findings:
        counts[finding.severity] += 1
    said = [f"{count} {level}{'s' if count != 1 else ''}" for level, count in counts.items() if count]
    return f"{clusters} cluster{'s' if clusters != 1 else ''}: {', '.join(said) or 'nothing to say'}"


def _one(screen: Screen, finding: Finding) -> str:
    span = finding.span
    margin = " " * len(str(span.line))
    bar = screen.paint(BLUE, "|")
    title = (
        f"{screen.paint(COLORS[finding.severity], f'{finding.severity}[{finding.rule}]')}"
        f" {screen.paint(BOLD, finding.message)}"
    )
    at = f" at {dotted(finding.path)}" if finding.path else ""
    rows = [title, f"{margin}{screen.paint(BLUE, '-->')} {safe(screen.shown(span.file))}:{span.line}:{span.column}{at}"]
    rows += _excerpt(screen, finding, margin, bar)
    rows.append(f"{margin} {screen.paint(BLUE, '=')} impact: {finding.impact}")
    rows.append(f"{margin} {screen.paint(BLUE, '=')} fix:    {finding.fix}")
    if finding.waived_by:
        rows.append(f"{margin} {screen.paint(BLUE, '=')} waived: by {finding.waived_by}")
    rows.append(f"{margin} {screen.paint(BLUE, '=')} more:   kedge explain {finding.rule}")
    return "\n".join(rows) + "\n"


def _excerpt(screen: Screen, finding: Finding, margin: str, bar: str) -> list[str]:
    """The line itself, escaped, with carets under the place; long lines are cut around it."""
    span = finding.span
    lines = screen.lines(span.file)
    if not 1 <= span.line <= len(lines):
        return []
    line = lines[span.line - 1]
    end = span.end_column if span.end_line == span.line else len(line) + 1
    start = max(0, span.column - 1 - EXCERPT // 2) if len(line) > EXCERPT else 0
    before, marked, after = line[start : span.column - 1], line[span.column - 1 : end - 1], line[end - 1 :]
    head = safe(before)
    text = (head + safe(marked) + safe(after))[:EXCERPT]
    carets = "^" * max(1, min(width(safe(marked)), EXCERPT - width(head)))
    label = f" {finding.label}" if finding.label else ""
    number = screen.paint(BLUE, str(span.line))
    return [
        f"{margin} {bar}",
        f"{number} {bar} {text}",
        f"{margin} {bar} {' ' * width(head)}{screen.paint(COLORS[finding.severity], carets + label)}",
        f"{margin} {bar}",
    ]


def safe(text: str) -> str:
    """Return text of a spec that cannot command a terminal: what is not printable is escaped."""
    return "".join(
        c if c.isprintable() else TAB if c == "\t" else c.encode("unicode_escape", "surrogatepass").decode()
        for c in text
    )


def width(text: str) -> int:
    """Return the columns that a text takes on a terminal."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
