"""Messages and steps fit together, in English and in any language that is added as files alone."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from compiler import assets, manifests
from compiler.assets import asset
from compiler.render import messages
from compiler.render.messages import References, anchor, escape, format_message
from compiler.runbooks.step import definition, slugs
from tests.unit.runbooks.clusters import NAMES, pages, plan
from tests.unit.runbooks.pseudo import LANGUAGE, is_pseudo, write_language

ENGLISH = sorted(asset("templates/runbooks").rglob("en.toml"))
STEP_KEYS = {"title", "do", "expect", "on_failure"}


def _keys(file: Path) -> set[str]:
    return set(tomllib.loads(file.read_text("utf-8")))


def test_every_language_has_every_file_with_the_same_keys() -> None:
    for file in ENGLISH:
        for other in file.parent.glob("*.toml"):
            if re.fullmatch(r"[a-z]{2,3}", other.stem):
                assert _keys(other) == _keys(file), other


@pytest.mark.parametrize("slug", slugs())
def test_a_step_has_its_sentences_and_destructive_ones_a_check_and_a_rollback(slug: str) -> None:
    keys = _keys(asset(f"templates/runbooks/steps/{slug}/en.toml"))
    guard = {"precheck", "rollback"} if definition(slug).kind == "destructive" else set()
    assert keys - {"table"} == STEP_KEYS | guard


def test_a_reference_without_target_takes_its_alternative_or_fails_the_build() -> None:
    view = {"step": References("step", {"look": "[step 1 (Look)](#step-1)"})}
    assert format_message("See {step:look}.", view) == "See [step 1 (Look)](#step-1)."
    assert format_message("See {step:gone|the console}.", view) == "See the console."
    with pytest.raises(ValueError, match="no step 'gone' here"):
        format_message("See {step:gone}.", view)


def test_anchor_is_what_forges_make_of_a_heading() -> None:
    assert (
        anchor("Step 4 of 26: Take etcd's tools out of its image") == "step-4-of-26-take-etcds-tools-out-of-its-image"
    )


def test_an_unknown_placeholder_is_our_bug() -> None:
    with pytest.raises(KeyError):
        format_message("{nobody}", {"cluster": "payments-eu"})


def test_free_text_does_not_act_in_markdown() -> None:
    assert escape("a  *b*\n[c](d) `e` <f>") == "a \\*b\\* \\[c\\](d) \\`e\\` \\<f\\>"
    assert escape("On-call, +34 000 000 001 (24/7)") == "On-call, +34 000 000 001 (24/7)"


@pytest.fixture
def pseudo_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The shipped files with a second language beside the first: nothing but files is added."""
    write_language(tmp_path)
    monkeypatch.setattr(assets, "_ROOTS", (tmp_path, *assets._ROOTS))
    messages.catalog.cache_clear()
    yield
    messages.catalog.cache_clear()


@pytest.mark.usefixtures("pseudo_language")
@pytest.mark.parametrize("name", NAMES)
def test_a_second_language_leaves_no_sentence_and_no_layout_behind(name: str) -> None:
    english = pages(plan(name))
    translated = pages(plan(name), LANGUAGE)
    assert set(translated) == set(english)
    decided = plan(name)
    values = f"{decided!r} {decided.prerequisites!r} {manifests.emit(decided)!r} Kubernetes Velero"
    for file, content in translated.items():
        text, original = content.decode(), english[file].decode()
        assert [line for line in _prose(text) if not is_pseudo(line) and not _is_data(line, values)] == []
        assert _shape(text) == _shape(original)
        assert text.split("```")[1::2] == original.split("```")[1::2]


def _prose(text: str) -> Iterator[str]:
    """Lines in which words are left when code, links' targets and the values of the plan are taken away."""
    outside = "".join(text.split("```")[::2])
    for line in outside.split("\n"):
        bare = re.sub(r"`[^`]*`|\]\([^)]*\)|^Content digest: .*|^\|[-|]+\|$", "", line)
        if re.search(r"[A-Za-z]{3}", bare):
            yield line


def _is_data(line: str, values: str) -> bool:
    """Return whether a line holds values of the plan and names of products only."""
    return all(word in values for word in re.findall(r"[A-Za-z]{3,}", line))


def _shape(text: str) -> list[str]:
    """What a line is, without what it says: headings, list items, tables, fences."""
    marks = (re.match(r"#+ |- |\||```|\*\*|$", line) for line in text.split("\n"))
    return [mark[0] if mark else "text" for mark in marks]
