"""Our reader and ruamel.yaml in its YAML 1.2 mode read the same trees, in block style, flow style and any quoting."""

import io
import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from compiler.source.characters import HIDDEN, hidden_in_source
from compiler.source.document import Document, Tree
from compiler.source.reader import read
from tests.unit.source.helpers import tree

VISIBLE = st.characters(exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp", "Zs"]).filter(
    lambda char: hidden_in_source(char) is None
)
TEXT = st.text(st.one_of(VISIBLE, st.sampled_from(" \n:#-[]{},'\"|>%@&*!?=~0123456789eyon")), max_size=30)
KEYS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9./_:-]{0,11}", fullmatch=True)
SCALARS = st.none() | st.booleans() | st.integers(-(10**18), 10**18) | TEXT
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=15
)
PLAIN = st.text(st.sampled_from("0123456789+-._:eExXobaTZnulyes~ "), min_size=1, max_size=10)


def ruamel(text: str) -> object:
    return YAML(typ="safe", pure=True).load(text)


def written(value: Tree, flow: bool) -> str:
    writer = YAML()
    writer.default_flow_style = flow
    writer.width = 10_000
    stream = io.StringIO()
    writer.dump({"root": value}, stream)
    return stream.getvalue()


@settings(max_examples=150, deadline=None)
@given(TREES, st.booleans())
def test_both_readers_see_the_same_tree(value: Tree, flow: bool) -> None:
    text = written(value, flow)
    assume(
        not re.search(r"[\[{,] ?[:?]\S|: [:?]\S", text)
    )  # bare `?0` and `:0`: its writer and libyaml differ over them
    ours = read("a.yaml", text.encode())
    assume(ruamel(text) == {"root": value})
    if isinstance(ours, Document):
        assert ours.tree == {"root": value}
    else:
        assert {fault.code for fault in ours.faults} <= {
            "values-are-unambiguous",
            "values-are-written-out",
            "yaml-is-plain",
        }


@settings(max_examples=300, deadline=None)
@given(PLAIN)
def test_a_plain_scalar_that_is_read_has_the_type_of_yaml_1_2(scalar: str) -> None:
    text = f"root: {scalar}\n"
    ours = read("a.yaml", text.encode())
    if isinstance(ours, Document):
        try:
            theirs = ruamel(text)
        except ValueError:
            return  # its own converter stumbles over texts such as `._`, which it takes for a number first
        assert ours.tree == theirs or "-" in scalar  # ruamel makes dates of ISO dates, here they stay text
        assert repr(ours.tree) == repr(theirs) or "-" in scalar


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_end_in_a_verdict(data: bytes) -> None:
    read("a.yaml", data)


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("ab:-? \n[]{},#&*!|>'\"%0y~"), max_size=40))
def test_what_we_read_ruamel_reads_the_same(text: str) -> None:
    ours = read("a.yaml", text.encode())
    if isinstance(ours, Document):
        try:
            theirs = ruamel(text)
        except YAMLError:
            return  # stricter than libyaml in corners such as `[a,b]:c`
        assert ours.tree == theirs


@pytest.mark.parametrize("code", [0x20, 0x41, 0xE9, 0x4E2D, 0x1F600])
def test_visible_characters_of_every_plane_are_read(code: int) -> None:
    assert chr(code) not in HIDDEN
    assert tree(f'a: "x{chr(code)}x"\n') == {"a": f"x{chr(code)}x"}
