"""Every trap of YAML is refused, at its place."""

import pytest

from compiler.source import limits
from tests.unit.source.helpers import faults, only, tree

UNICODE = [
    "\u202e",
    "\u200b",
    "\u2066",
    "\ufeff",
    "\x85",
    "\u2028",
    "\xa0",
    "\xad",
    "\U000e0041",
    "\ufe0f",
    "\x7f",
    "\u3164",
]


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: 1\nb: on\n", "values-are-unambiguous", 2, 4),
        ("a: [1, 012]\n", "values-are-unambiguous", 1, 8),
        ("from: 1:30\n", "values-are-unambiguous", 1, 7),
        ("a:\n  - no\n", "values-are-unambiguous", 2, 5),
        ("a: {<<: {b: 1}}\n", "values-are-unambiguous", 1, 5),
        ("on: 1\n", "values-are-unambiguous", 1, 1),
        ("a: ~\n", "values-are-written-out", 1, 4),
        ("a:\nb: 1\n", "values-are-written-out", 1, 3),
        ("a: [1, ]\nb: {c}\n", "values-are-written-out", 2, 6),
        ("a: 12345678901234567890\n", "numbers-can-be-calculated", 1, 4),
        ("a: .inf\n", "numbers-can-be-calculated", 1, 4),
        ("a: &x 1\n", "yaml-is-plain", 1, 4),
        ("a: &x {b: 1}\n", "yaml-is-plain", 1, 4),
        ("&x a: 1\n", "yaml-is-plain", 1, 1),
        ("a: ! text\n", "yaml-is-plain", 1, 4),
        ("a: !!int 7\n", "yaml-is-plain", 1, 4),
        ('a: !custom "x"\n', "yaml-is-plain", 1, 4),
        ("a: !!python/object/apply:os.system [x]\n", "yaml-is-plain", 1, 4),
        ("%YAML 1.2\n---\na: 1\n", "yaml-is-plain", 1, 1),
        ('a: "b\n%c"\n', "yaml-is-plain", 2, 1),
        ("a: 1\n---\nb: 2\n", "yaml-is-one-document", 2, 1),
        ("a: 1\n--- # more\nb: 2\n", "yaml-is-one-document", 2, 1),
        ("", "yaml-is-one-document", 1, 1),
        ("# nothing\n", "yaml-is-one-document", 1, 1),
        ("a: 1\nb: 2\na: 3\n", "keys-are-unique", 3, 1),
        ("{a: 1, \"a\": 2}\n", "keys-are-unique", 1, 8),
        ("a: 1\n2: b\n", "keys-are-plain-text", 2, 1),
        ("null: b\n", "keys-are-plain-text", 1, 1),
        ("?\n: b\n", "keys-are-plain-text", 1, 2),
        ('"": b\n', "keys-are-plain-text", 1, 1),
        ("[a, b]: c\n", "keys-are-plain-text", 1, 1),
        ("? {a: {b: 1}}\n: c\n", "keys-are-plain-text", 1, 3),
        ("? |\n  a\n: c\n", "keys-are-plain-text", 1, 3),
        ("hоsts: 1\n", "keys-are-plain-text", 1, 1),
        ("a:\tb\n", "text-is-visible", 1, 3),
        ("a: b\rc: d\n", "text-is-visible", 1, 5),
        ("a: x\0y\n", "text-is-visible", 1, 5),
        ('a: "x\\u202ey"\n', "text-is-visible", 1, 4),
        ('a: "x\\ty"\n', "text-is-visible", 1, 4),
        ('a: "x\\0y"\n', "text-is-visible", 1, 4),
        ('a: "x\\ry"\n', "text-is-visible", 1, 4),
    ],
)  # fmt: skip
def test_the_trap_is_refused_at_its_place(text: str, code: str, line: int, column: int) -> None:
    assert only(text) == (code, line, column)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('a: 1\nb: "open\n\n', 2, 4),
        ("a: [1, 2\nb: 3\n", 2, 2),
        ("a: b: c\n", 1, 5),
        ("a: 1\n b: 2\n", 2, 3),
        ("a:\n  b: 1\n c: 2\n", 3, 2),
        ("a: 1\nnothing\n", 3, 1),
        ("a: @b\n", 1, 4),
        ("a: `b`\n", 1, 4),
        ('a: "\\q"\n', 1, 5),
        ('a: "\\U00110000"\n', 1, 7),
        ("schedule: */30 * * * *\n", 1, 12),
        ("a: 1\n...\nb: 2\n", 3, 1),
        (": b\n", 1, 1),
        ("a: !<b\n", 1, 7),
    ],
)
def test_broken_grammar_is_reported_in_our_words_at_its_place(text: str, line: int, column: int) -> None:
    (fault,) = faults(text)
    assert (fault.code, fault.span.line, fault.span.column) == ("yaml-is-well-formed", line, column)
    assert "here the text stops being YAML" not in fault.message


@pytest.mark.parametrize("char", UNICODE)
def test_an_invisible_character_is_refused_wherever_it_is(char: str) -> None:
    for text in (f"a: b{char}c\n", f"a: 1 # {char}\n", f"a{char}: b\n", f'a: "b{char}"\n'):
        assert only(text)[0] == "text-is-visible"


def test_a_byte_that_is_not_utf8_is_named_with_its_place() -> None:
    assert only(b"a: 1\nb: \xff\n") == ("text-is-utf8", 2, 4)
    assert only("a: 1\n".encode("utf-16")) == ("text-is-utf8", 1, 1)


def test_an_alias_is_refused_together_with_its_anchor() -> None:
    assert [(fault.span.line, fault.span.column) for fault in faults("a: &x 1\nb: *x\n*x : 2\n")] == [
        (1, 4),
        (2, 4),
        (3, 1),
    ]


def test_a_doubled_key_shows_both_places() -> None:
    (fault,) = faults("a:\n  b: 1\n  c: 2\n  b: 3\n")
    assert fault.also and (fault.also.line, fault.also.column) == (2, 3)
    assert fault.message == "The key `b` occurs twice in one mapping (first in line 2, column 3)."


def test_all_faults_of_a_file_that_parses_are_reported_at_once() -> None:
    found = faults("a: on\nb: &x text\na: ~\n")
    assert [fault.code for fault in found] == [
        "values-are-unambiguous", "yaml-is-plain", "keys-are-unique", "values-are-written-out"
    ]  # fmt: skip


def test_faults_stop_at_their_limit() -> None:
    assert len(faults("- on\n" * 1000)) == limits.FAULTS


def test_text_of_the_file_is_escaped_and_cut_in_a_sentence() -> None:
    (fault,) = faults("é" * 500 + ": 1\n")
    assert len(fault.message) < 200
    assert "\n" not in faults('"a\\nb": 1\n')[0].message


@pytest.mark.parametrize(
    ("at", "beyond", "code"),
    [
        ("[" * 64 + "]" * 64, "[" * 65 + "]" * 65, "yaml-stays-within-limits"),
        ("- " * 64 + "a", "- " * 65 + "a", "yaml-stays-within-limits"),
        ("- a\n" * 49_999, "- a\n" * 50_000, "yaml-stays-within-limits"),
        ("a: " + "x" * 65_536, "a: " + "x" * 65_537, "yaml-stays-within-limits"),
        ("a: 1 #" + "x" * (2**20 - 6), "a: 1 #" + "x" * (2**20 - 5), "file-is-small"),
        ("a: " + "9" * 19, "a: " + "9" * 20, "numbers-can-be-calculated"),
    ],
    ids=["brackets", "dashes", "nodes", "scalar", "file", "digits"],
)
def test_a_limit_is_read_and_one_more_is_refused(at: str, beyond: str, code: str) -> None:
    tree(at)
    assert [fault.code for fault in faults(beyond)] == [code]
