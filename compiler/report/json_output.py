"""Results of commands as data: one document, versioned, described by `schemas/output.schema.json`."""

import json
from collections.abc import Iterable, Mapping

from compiler.findings.finding import Finding
from compiler.values.keypath import dotted

SCHEMA_VERSION = 1


def document(command: str | None, content: Mapping[str, object]) -> str:
    """Return the JSON text of a command's output; no command where the command line could not be read."""
    return json.dumps({"schemaVersion": SCHEMA_VERSION, "command": command, **content}, indent=2, ensure_ascii=True)


def finding(found: Finding) -> dict[str, object]:
    """Return a finding as data; lines and columns count from 1."""
    span = found.span
    return {
        "rule": found.rule,
        "severity": str(found.severity),
        "path": dotted(found.path),
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
        "message": found.message,
        "impact": found.impact,
        "fix": found.fix,
        "waivedBy": found.waived_by or None,
    }


def findings(unsorted: Iterable[Finding]) -> list[dict[str, object]]:
    """Return findings as data, in the order of the files and lines."""
    return [finding(f) for f in sorted(unsorted, key=Finding.sort_key)]
