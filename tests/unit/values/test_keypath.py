"""Key paths as text, there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.values.keypath import KeyPath, dotted, parse, reach

PATHS = st.lists(st.one_of(st.text(max_size=12), st.integers(0, 999_999_999)), max_size=6).map(tuple)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("spec", "etcd", "quota"), "spec.etcd.quota"),
        (("spec", "hosts", "a.b"), 'spec.hosts["a.b"]'),
        (("a.b", "c"), '["a.b"].c'),
        (("spec", "extends", 0), "spec.extends[0]"),
        ((0, "name"), "[0].name"),
        (("ports", "80"), "ports.80"),
        (("", 'say "hi"\n'), '[""]["say \\"hi\\"\\n"]'),
        (("\u202e\x7f",), '["\\u202e\\u007f"]'),
    ],
)
def test_spells_a_path(path: KeyPath, text: str) -> None:
    assert dotted(path) == text
    assert parse(text) == path


@given(PATHS)
def test_reads_back_what_it_spells(path: KeyPath) -> None:
    assert parse(dotted(path)) == path


@given(PATHS)
def test_spells_in_printable_ascii(path: KeyPath) -> None:
    assert all(" " <= character <= "~" for character in dotted(path))


@pytest.mark.parametrize("text", [".spec", "spec.", "spec..etcd", "spec[x]", 'spec["a]', "a b", "[0]name", "spec[-1]"])
def test_refuses_other_text(text: str) -> None:
    with pytest.raises(ValueError, match="is not readable at"):
        parse(text)


@pytest.mark.parametrize(
    ("path", "depth", "value"),
    [
        ((), 0, {"a": [{"b": 1}]}),
        (("a", 0, "b"), 3, 1),
        (("a", 1), 1, [{"b": 1}]),
        (("a", "b"), 1, [{"b": 1}]),
        (("c", "d"), 0, {"a": [{"b": 1}]}),
    ],
)
def test_reaches_the_last_step_that_exists(path: KeyPath, depth: int, value: object) -> None:
    assert reach({"a": [{"b": 1}]}, path) == (depth, value)
