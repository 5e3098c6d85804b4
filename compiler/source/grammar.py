"""libyaml's complaints in our own words, by the problem that it names.

Source: scanner.c and parser.c of libyaml 0.2.5.
"""

import yaml

from compiler.source.document import Span
from compiler.source.fault import Fault, fault

_DEFAULT = ("here the text stops being YAML", "Check indentation and quotes in this line and the one above.")

_WORDS: tuple[tuple[str, str, str], ...] = (
    (
        "could not find expected ':'",
        "this line is neither `key: value` nor a list item",
        "Add the colon and a space, or indent the line.",
    ),
    (
        "mapping values are not allowed",
        "a second `key: value` starts inside a value",
        "Put the value in quotes, or start a new line.",
    ),
    (
        "did not find expected key",
        "this line does not continue the line above it",
        "Align it with its siblings, and close open quotes.",
    ),
    (
        "did not find expected '-'",
        "this line does not continue the list above it",
        "Start it with `- `, or align it with the key.",
    ),
    (
        "block sequence entries are not allowed",
        "a list item cannot start here",
        "Start the list on its own line below the key.",
    ),
    (
        "block mapping keys are not allowed",
        "a key cannot start here",
        "Start the key on its own line.",
    ),
    (
        "',' or ']'",
        "the list `[...]` is not closed or lacks a comma",
        "Separate items with commas and close the bracket.",
    ),
    (
        "',' or '}'",
        "the mapping `{...}` is not closed or lacks a comma",
        "Separate entries with commas and close the brace.",
    ),
    (
        "found unexpected end of stream",
        "the quotes that open here are never closed",
        "Close them.",
    ),
    (
        "unexpected document indicator",
        "the quotes that open here are never closed",
        "Close them.",
    ),
    (
        "unknown escape character",
        "this escape does not exist in double quotes",
        "Write `\\\\` for a backslash, or use single quotes.",
    ),
    (
        "invalid Unicode character",
        "this escape is no character",
        "Write a code point up to 10FFFF that is no surrogate.",
    ),
    (
        "cannot start any token",
        "a value cannot start with this character",
        "Put the value in quotes.",
    ),
    (
        "expected '>'",
        "tags (`!`) are not read",
        "Remove the tag.",
    ),
    (
        "tag",
        "tags (`!`) are not read",
        "Remove the tag.",
    ),
    (
        "alphabetic or numeric character",
        "anchors and aliases (`&`, `*`) are not read",
        "Put the value in quotes.",
    ),
    (
        "expected <document start>",
        "text follows the end of the document",
        "Keep one document in one file, and check indentation.",
    ),
    (
        "expected the node content",
        "a value is missing here",
        "Write the value, or null to remove.",
    ),
    (
        "nonempty plain scalar",
        "`{{...}}` is no text",
        "Put the value in quotes.",
    ),
)


def grammar_fault(file: str, error: yaml.MarkedYAMLError) -> Fault:
    """Return the fault for an error of the parser; an unclosed quote is reported where it opens."""
    problem = str(error.problem)
    message, fix = next((words for part, *words in _WORDS if part in problem), _DEFAULT)
    mark = error.context_mark if "never closed" in message else error.problem_mark
    mark = mark or error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    span = Span(file, line, column, line, column + 1)
    return fault("yaml-is-well-formed", span, f"The file is not YAML: {message}.", fix)
