"""Values as CEL writes them."""

import pytest

from compiler.kube.cel import literal


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a", "'a'"),
        (7, "7"),
        (False, "false"),
        (["a", "b"], "['a', 'b']"),
        ({"a": "b"}, "{'a': 'b'}"),
        ({"a": 1, "b": "x"}, "{'a': dyn(1), 'b': dyn('x')}"),
        ([{"a": True}], "[dyn({'a': dyn(true)})]"),
        ("#!/bin/sh\necho '\\'\n", "r'''#!/bin/sh\necho '\\'\n'''"),
    ],
)
def test_a_value_is_written_as_a_literal(value: object, written: str) -> None:
    assert literal(value) == written


def test_a_long_map_has_a_key_on_each_line() -> None:
    assert literal({"a": "x" * 40, "b": "y" * 40}).splitlines() == [
        "{",
        f"  'a': '{'x' * 40}',",
        f"  'b': '{'y' * 40}'",
        "}",
    ]


@pytest.mark.parametrize("value", ["it's", "a\\b", "a\tb", "a\u202eb", "two\nlines with '''", 1.5, None])
def test_what_would_need_an_escape_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"CEL"):
        literal(value)
