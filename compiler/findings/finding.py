"""Findings: one type for faults of the text, faults of the shape, and violations of the rules."""

from enum import StrEnum

from msgspec import Struct, field

from compiler.source.document import Span
from compiler.values.keypath import KeyPath


class Severity(StrEnum):
    """How bad it is. `error` breaks the promise, `warning` weakens it or leaves it unproven, `note` was waived."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


class Violation(Struct, frozen=True, kw_only=True):
    """What a rule reports: where (key path), what is wrong, what it means for recovery, how to fix it.

    `label` is printed beside the caret. `on_key` puts the caret under the key instead of the value. `proven` is false where the spec
    does not say enough to decide, `waivable` where nobody can accept the risk, since kedge's own output would be wrong.
    """

    path: KeyPath
    message: str
    impact: str
    fix: str
    label: str = ""
    on_key: bool = False
    proven: bool = True
    waivable: bool = True


class Finding(Struct, frozen=True, kw_only=True):
    """A violation with its rule, its severity and its position in a file."""

    rule: str
    severity: Severity
    path: KeyPath
    span: Span
    message: str
    impact: str
    fix: str
    label: str = ""
    waivable: bool = True
    waived_by: str = field(default="")

    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Order on the screen: file, line, column, rule."""
        return (self.span.file, self.span.line, self.span.column, self.rule, self.message)
