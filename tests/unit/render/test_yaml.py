"""Objects to YAML: the layout, and that every reader takes back what was given."""

import time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from compiler.render.yaml import emit
from tests.unit.render.awkward import AWKWARD

TEXT = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(" \n\t:#-|>%'\"\\")), max_size=40)
SCALARS = TEXT | st.sampled_from(AWKWARD) | st.booleans() | st.integers(-(2**63), 2**63 - 1)
KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    [text for text in AWKWARD if len(text) < 40]
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=20
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=4)


def yaml_1_2(text: str) -> object:
    return YAML(typ="safe", pure=True).load(text)


@settings(max_examples=200, deadline=None)
@given(OBJECTS)
def test_every_reader_takes_back_the_object(obj: dict[str, object]) -> None:
    text = emit(obj)
    assert yaml.safe_load(text) == obj
    assert yaml.load(text, Loader=yaml.CSafeLoader) == obj
    assert yaml_1_2(text) == obj


@settings(max_examples=500, deadline=None)
@given(TEXT)
def test_every_reader_takes_back_any_text(value: str) -> None:
    text = emit({"a": {"b": value, "c": [value, [value]]}, "d": 1})
    expected = {"a": {"b": value, "c": [value, [value]]}, "d": 1}
    assert yaml.safe_load(text) == expected
    assert yaml_1_2(text) == expected


@pytest.mark.parametrize("value", AWKWARD)
def test_every_reader_takes_back_an_awkward_text_as_value_and_as_key(value: str) -> None:
    key = value[:40]
    text = emit({"v": value, key: [value]})
    assert yaml.safe_load(text) == {"v": value, key: [value]} == yaml_1_2(text)


def test_keys_keep_their_order_and_lists_are_below_their_key() -> None:
    assert emit(
        {
            "b": {"z": 1, "a": True},
            "a": [{"name": "x", "args": ["-c", "run"], "none": {}}, "w", [["p"], []], {"q": {"r": 2}}],
            "e": [],
        }
    ) == (
        "b:\n  z: 1\n  a: true\n"
        'a:\n- name: x\n  args:\n  - "-c"\n  - run\n  none: {}\n- w\n- - - p\n  - []\n- q:\n    r: 2\n'
        "e: []\n"
    )


def test_text_of_several_lines_is_a_literal_block() -> None:
    assert emit({"a": {"s": "#!/bin/sh\n\n  run\n", "k": "x\ny", "p": ["x\n\n", " i\nj"]}}) == (
        "a:\n  s: |\n    #!/bin/sh\n\n      run\n  k: |-\n    x\n    y\n  p:\n  - |+\n    x\n\n  - |2-\n     i\n    j\n"
    )


@pytest.mark.parametrize(
    "text", ["\na", " \nb", "a \nb", "a\n \nb", "a\n ", "a\tb\n", "a\r\nb", "\n", "a\u2028\nb", "a\n\x85"]
)
def test_a_text_that_a_block_would_change_is_quoted(text: str) -> None:
    line = emit({"a": text})
    assert line.startswith('a: "') and line.count("\n") == 1


def test_hidden_characters_are_escaped() -> None:
    assert emit({"a": "\x00\x7f\x85\xa0\u200b\u202e\u2028\ufeff\U000e0041é😀"}) == (
        'a: "\\u0000\\u007f\\u0085\\u00a0\\u200b\\u202e\\u2028\\ufeff\\U000e0041é😀"\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        "web", "kube-system", "app.kubernetes.io/name",
        "registry.example.net:5000/tools@sha256:0a", "/etc/kubernetes/pki",
        "100m", "16Gi", "1h30m0s", "https://10.0.0.1:6443",
        "Takes a snapshot", "Europe/Madrid", "A=b",
    ],
)  # fmt: skip
def test_plain_words_quantities_and_durations_are_written_bare(text: str) -> None:
    assert emit({"a": text}) == f"a: {text}\n"


@pytest.mark.parametrize(
    "text", ["a: b", "a #b", "a:", "a ", "- a", "1.35", "0x1f", "1e3", "", "~", "null", "Yes", "1E", "a,b", "{a}"]
)
def test_all_else_is_quoted(text: str) -> None:
    assert emit({"a": text}) == f'a: "{text}"\n'


@pytest.mark.parametrize("value", [None, 1.5, b"x", {1}, object(), [None], {"b": None}])
def test_what_no_manifest_holds_is_a_bug_of_the_caller(value: object) -> None:
    with pytest.raises(TypeError):
        emit({"a": value})


@pytest.mark.parametrize("obj", [{"a": 2**63}, {"a": -(2**63) - 1}, {"k" * 600: 1}, {"é" * 600: 1}, {"a": "\ud800"}])
def test_what_readers_would_bend_is_a_bug_of_the_caller(obj: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        emit(obj)


@pytest.mark.parametrize("unit", ["a", " ", "a ", ":", "a:", "1h", "\n", "a\n", "é", "\x85"])
def test_a_long_text_costs_linear_time(unit: str) -> None:
    text = "a" + unit * (50_000 // len(unit)) + " "
    start = time.process_time()
    emit({"a": text})
    assert time.process_time() - start < 0.2
