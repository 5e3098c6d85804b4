"""Words and steps fit together in every language."""

import tomllib
from pathlib import Path

import pytest

from compiler.assets import asset
from compiler.render.words import escape, executed, say, words
from compiler.runbooks import chapters
from tests.unit.runbooks.clusters import PLANS, pages

WORDS = asset("templates/runbooks/words")
LANGUAGES = sorted(path.name for path in WORDS.iterdir())
PAGES = sorted(path.name for path in (WORDS / "en").iterdir())
STEPS = {(c.name, s.id): s for make in PLANS.values() for c in chapters(make()) for s in c.steps}


def _shape(path: Path) -> dict[str, object]:
    found = tomllib.loads(path.read_text("utf-8"))
    return {key: sorted(value) if isinstance(value, dict) else type(value) for key, value in found.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_ids(language: str) -> None:
    assert sorted(path.name for path in (WORDS / language).iterdir()) == PAGES
    assert {p: _shape(WORDS / language / p) for p in PAGES} == {p: _shape(WORDS / "en" / p) for p in PAGES}


@pytest.mark.parametrize("name", sorted({name for name, _ in STEPS}))
def test_words_have_a_table_for_each_step_and_no_other(name: str) -> None:
    said = {key for key, value in words("en", name).items() if isinstance(value, dict)}
    assert said == {step for chapter, step in STEPS if chapter == name}


def test_destructive_steps_alone_have_words_for_check_and_way_back() -> None:
    for (name, step), shape in STEPS.items():
        assert ("wayback" in words("en", name)[step]) == (shape.kind == "destructive")


def test_failure_leads_to_a_step_of_the_same_chapter_in_every_plan() -> None:
    for make in PLANS.values():
        for chapter in chapters(make()):
            ids = [step.id for step in chapter.steps]
            assert ids == sorted(ids)
            assert {step.on_failure for step in chapter.steps} <= {"stop", *ids}


def test_executed_steps_exist() -> None:
    assert executed() <= {step for _, step in STEPS}


def test_pages_are_the_same_twice() -> None:
    for make in PLANS.values():
        assert pages(make()) == pages(make())


def test_an_unknown_placeholder_is_our_bug() -> None:
    with pytest.raises(KeyError):
        say("{nobody}", {"cluster": "payments-eu"})


def test_free_text_does_not_act_in_markdown() -> None:
    assert escape("a  *b*\n[c](d) `e` <f>") == "a \\*b\\* \\[c\\](d) \\`e\\` \\<f\\>"
    assert escape("On-call, +34 000 000 001 (24/7)") == "On-call, +34 000 000 001 (24/7)"
