"""Untrusted text: nothing that a shell, Markdown, HTML, a template, a terminal or a path would interpret gets into any field."""

from typing import Any

import pytest
from pydantic import ValidationError

from compiler.model.cluster import ClusterSpec
from compiler.values.keypath import KeyPath, dotted
from tests.rules import cases
from tests.unit.model.whole import at, leaves, nodes, page, whole, with_value

HOSTILE = {
    "shell": "$(reboot)",
    "backticks": "`id`",
    "command": "a; rm -rf ~",
    "pipe": "a|b",
    "variable": "${HOME}",
    "template": "{{ 7 }}",
    "link": "[pay](https://evil.example)",
    "bare link": "https//evil.example and www.evil.example",
    "html": "<script>alert(1)</script>",
    "quote": 'a"b',
    "escape": "a\x1b[31mb",
    "bell": "a\x07b",
    "new line": "a\nb",
    "bidi": "a\u202eb",
    "invisible": "a\u200bb",
    "empty": "",
    "long": "a" * 500,
}
TRAVERSALS = ("../../etc/passwd", "https://s3.example.net/../secret", "a/../b", "/etc/passwd", "a/./b", "..")
STRINGS = [path for path in leaves(whole()) if isinstance(at(whole(), path), str)]
MAPS = [path for path in nodes(whole()) if page(path).type == "map by name" and isinstance(at(whole(), path), dict)]


def refused(tree: dict[str, Any]) -> set[KeyPath]:
    try:
        ClusterSpec.model_validate(tree)
    except ValidationError as error:
        return {e["loc"] for e in error.errors()}
    return set()


def test_the_spec_with_every_field_is_sound() -> None:
    assert refused(whole()) == set()


@pytest.mark.parametrize("path", STRINGS, ids=dotted)
def test_field_refuses_what_something_downstream_would_obey(path: KeyPath) -> None:
    for what, text in HOSTILE.items():
        found = refused(with_value(path, text))
        assert any(location[: len(path)] == path for location in found), what


@pytest.mark.parametrize("path", [p for p in STRINGS if page(p).type not in ("text", "list of texts")], ids=dotted)
def test_field_refuses_a_path_that_climbs(path: KeyPath) -> None:
    for text in TRAVERSALS:
        assert refused(with_value(path, text)), text


@pytest.mark.parametrize("path", MAPS, ids=dotted)
def test_name_of_a_map_refuses_what_something_downstream_would_obey(path: KeyPath) -> None:
    value = next(iter(at(whole(), path).values()))
    for what, text in {**HOSTILE, "climbs": "../../etc/passwd", "capital": "Web_1", "dot": "."}.items():
        if page(path).steps[-1] in ("labels", "annotations", "selector") and what == "capital":
            continue
        assert refused(with_value(path, {text: value})), what


@pytest.mark.parametrize("text", ["a\x1b[31mb", "a\u202eb", "<b>", "$(id)"])
def test_finding_about_a_hostile_text_is_harmless_on_a_terminal(text: str) -> None:
    repository = cases.files(cases.over_base(f'people: {{owner: "{text}"}}'))
    said = cases.printed(repository, cases.judged(repository).findings)
    assert said
    assert all(char.isprintable() or char == "\n" for char in said)


def test_base_outside_the_repository_is_not_read() -> None:
    spec = cases.over_base("tier: lab").replace("../../bases/base.yaml", "../../../etc/passwd")
    assert [f.rule for f in cases.check(spec)] == ["extends-names-bases"]
