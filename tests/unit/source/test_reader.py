"""What the reader gives for a sound file: a plain tree and the place of every key and value."""

from compiler.source.document import Span
from compiler.values.keypath import KeyPath
from tests.unit.source.helpers import sound, tree

TEXT = """\
# a comment
spec:
  version: 1.30
  hosts:
    cp1: {site: madrid, cpu: 8}

  to:
    - offsite
    - "second copy"
  note: |
    two
    lines

  last: true
"""


def test_a_sound_file_gives_a_plain_tree() -> None:
    assert tree(TEXT) == {
        "spec": {
            "version": 1.3,
            "hosts": {"cp1": {"site": "madrid", "cpu": 8}},
            "to": ["offsite", "second copy"],
            "note": "two\nlines\n",
            "last": True,
        }
    }


def test_each_value_has_the_span_of_its_source() -> None:
    document = sound(TEXT)
    spans: dict[KeyPath, tuple[int, int, int, int]] = {
        ("spec",): (3, 3, 14, 13),
        ("spec", "version"): (3, 12, 3, 16),
        ("spec", "hosts"): (5, 5, 5, 32),
        ("spec", "hosts", "cp1"): (5, 10, 5, 32),
        ("spec", "hosts", "cp1", "cpu"): (5, 30, 5, 31),
        ("spec", "to", 1): (9, 7, 9, 20),
    }
    assert {path: document.span(path) for path in spans} == {path: Span("a.yaml", *at) for path, at in spans.items()}


def test_each_key_has_a_span_of_its_own() -> None:
    assert sound(TEXT).span(("spec", "hosts", "cp1"), key=True) == Span("a.yaml", 5, 5, 5, 8)


def test_an_item_of_a_list_has_no_key() -> None:
    key, value = sound(TEXT).spans["spec", "to", 0]
    assert key is None and value == Span("a.yaml", 8, 7, 8, 14)


def test_every_value_of_the_tree_has_a_span() -> None:
    assert len(sound(TEXT).spans) == len(list(sound(TEXT).spans)) == 12


def test_the_source_text_of_a_value_is_kept() -> None:
    document = sound(TEXT)
    assert document.raw(("spec", "version")) == "1.30"
    assert document.raw(("spec", "to", 1)) == '"second copy"'


def test_columns_count_characters_and_not_bytes() -> None:
    assert sound('a: {b: "äöü€😀", c: 1}').span(("a", "c")) == Span("a.yaml", 1, 20, 1, 21)


def test_a_byte_order_mark_and_windows_line_ends_are_read() -> None:
    document = sound("\ufeffa: 1\r\nb: two\r\n")
    assert document.tree == {"a": 1, "b": "two"}
    assert document.span(("b",)) == Span("a.yaml", 2, 4, 2, 7)


def test_a_document_may_have_a_start_and_an_end() -> None:
    assert tree("---\na: 1\n...\n") == {"a": 1}


def test_explicit_null_and_empty_collections_are_values() -> None:
    assert tree("a: null\nb: {}\nc: []\nd: ''\n") == {"a": None, "b": {}, "c": [], "d": ""}


def test_what_a_trap_means_can_be_said_in_quotes() -> None:
    assert tree("""a: "on"\nb: '012'\nc: "1:30"\nd: "*/30 * * * *"\n""") == {
        "a": "on", "b": "012", "c": "1:30", "d": "*/30 * * * *"
    }  # fmt: skip
