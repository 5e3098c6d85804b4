"""What goes to the terminal: findings on stdout or stderr, in color where wanted, and the exit code for them."""

import os
import sys
from collections.abc import Iterable

import click

from compiler.cli.exits import FINDINGS, FINE
from compiler.findings.finding import Finding, Severity
from compiler.report import text
from compiler.workspace.failure import EnvironmentFailure
from compiler.workspace.files import DiskFiles, Files


def distinct(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings; a fault in a base that many clusters extend is reported once."""
    return list({(f.rule, f.span, f.message): f for f in findings}.values())


def show(files: Files, findings: list[Finding], color: str, *, err: bool = False) -> None:
    """Print findings as text."""
    stream = sys.stderr if err else sys.stdout
    screen = text.Screen(
        colored(color, stream.isatty()), lambda file: _lines(files, file), lambda file: _shown(files, file)
    )
    for rendered in text.render(screen, findings):
        click.echo(rendered, err=err, color=True)


def colored(choice: str, terminal: bool) -> bool:
    """Return whether to use color: `--color` first, then NO_COLOR, FORCE_COLOR, TERM and whether it is a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (terminal and os.environ.get("TERM") != "dumb")


def exit_code(findings: Iterable[Finding], fail_on: str) -> int:
    """Return 1 where a finding is at or above the severity, else 0."""
    severe = {"error": {Severity.ERROR}, "warning": {Severity.ERROR, Severity.WARNING}, "never": set()}[fail_on]
    return FINDINGS if any(f.severity in severe for f in findings) else FINE


def _shown(files: Files, file: str) -> str:
    """Return a path that an editor opens from here; a file of a commit has only its path in the repository."""
    return os.path.relpath(files.root / file) if isinstance(files, DiskFiles) else file


def _lines(files: Files, file: str) -> list[str]:
    try:
        return files.read(file).decode("utf-8", "replace").removeprefix("\ufeff").splitlines()
    except EnvironmentFailure:
        return []
