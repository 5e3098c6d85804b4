"""Findings as a person reads them: what, where with the line itself, what it means for recovery, how to fix it."""

import os
import shlex
import unicodedata
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from compiler.findings.finding import ORDER, Finding, Severity
from compiler.source.secrets import without_secret
from compiler.values.keypath import dotted

Lines = Callable[[str], list[str]]
LIMIT = 50
LISTED = 10
"""Clusters up to which each one has a line of its own; more are counted."""
EXCERPT = 110
TAB = " "

COLORS = {Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m", Severity.NOTE: "\x1b[1;34m"}
BOLD = "\x1b[1m"
BLUE = "\x1b[1;34m"
RESET = "\x1b[0m"


class Screen(Struct, frozen=True):
    """Where findings are shown: whether in colour, and where the lines of a file come from."""

    color: bool
    lines: Lines
    shown: Callable[[str], str] = str
    """The path by which the reader finds a file of the repository from the current directory."""

    def paint(self, code: str, text: str) -> str:
        """Return the text in a colour, where there is colour."""
        return f"{code}{text}{RESET}" if self.color else text


def render(screen: Screen, findings: Iterable[Finding]) -> Iterator[str]:
    """Yield the text of each finding, the worst fifty at most, and a line that counts the rest.

    An impact and the pointer to a rule's page are printed with the first finding that has them, not with each.
    """
    by_severity = sorted(findings, key=lambda f: (ORDER[f.severity], *f.sort_key()))
    printed: set[str] = set()
    for finding in sorted(by_severity[:LIMIT], key=Finding.sort_key):
        yield _render(screen, finding, printed)
    if len(by_severity) > LIMIT:
        yield f"… and {len(by_severity) - LIMIT} more; `-o json` has them all\n"


def tally(findings: Iterable[Finding], clusters: int) -> str:
    """Return the last line: how many findings of each severity in how many clusters."""
    counts = dict.fromkeys(Severity, 0)
    for finding in findings:
        counts[finding.severity] += 1
    parts = [plural(count, level) for level, count in counts.items() if count]
    return f"{plural(clusters, 'cluster')}: {', '.join(parts) or 'no findings'}"


def plural(count: int, noun: str) -> str:
    """Return a count with its noun: `1 file`, `2 files`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _render(screen: Screen, finding: Finding, printed: set[str]) -> str:
    """Return one finding; `printed` are the impacts and rules that the reader has seen already."""
    span = finding.span
    margin = " " * len(str(span.line))
    title = (
        f"{screen.paint(COLORS[finding.severity], f'{finding.severity}[{finding.rule}]')}"
        f" {screen.paint(BOLD, finding.message)}"
    )
    at = f" at {dotted(finding.path)}" if finding.path else ""
    rows = [title, f"{margin}{screen.paint(BLUE, '-->')} {safe(screen.shown(span.file))}:{span.line}:{span.column}{at}"]
    rows += _excerpt(screen, finding, margin, screen.paint(BLUE, "|"))
    rows += [f"{margin} {screen.paint(BLUE, '=')} {note}" for note in _notes(finding, printed)]
    return "\n".join(rows) + "\n"


def _notes(finding: Finding, printed: set[str]) -> Iterator[str]:
    if finding.impact not in printed:
        yield f"impact: {finding.impact}"
    yield f"fix:    {finding.fix}"
    if finding.waived_by:
        yield f"waived: by {finding.waived_by}"
    if finding.rule not in printed:
        yield f"more:   kedge explain {finding.rule}"
    printed |= {finding.impact, finding.rule}


def _excerpt(screen: Screen, finding: Finding, margin: str, bar: str) -> list[str]:
    """The line itself, escaped, with carets under the place; long lines are cut around it."""
    span = finding.span
    lines = screen.lines(span.file)
    if not 1 <= span.line <= len(lines):
        return []
    line = without_secret(lines[span.line - 1])
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


def command(*words: str) -> str:
    """Return a command to paste: each word quoted for bash and zsh, so that none can be more than a word."""
    return " ".join(shlex.quote(word) if word.isprintable() else _escaped(word) for word in words)


def _escaped(word: str) -> str:
    """Return a word that is not printable as the shell's `$'…'`."""
    plain = (c if c.isascii() and c.isprintable() and c not in "'\\" else None for c in word)
    bytewise = ("".join(f"\\x{byte:02x}" for byte in os.fsencode(c)) for c in word)
    return "$'" + "".join(p or b for p, b in zip(plain, bytewise, strict=True)) + "'"


def safe(text: str) -> str:
    """Return text of a spec that cannot command a terminal: what is not printable is escaped."""
    return "".join(
        c if c.isprintable() else TAB if c == "\t" else c.encode("unicode_escape", "surrogatepass").decode()
        for c in text
    )


def width(text: str) -> int:
    """Return the columns that a text takes on a terminal."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
