"""The layout contract of a page that is read at three in the morning, in a pager, on a phone or on paper."""

import hashlib
import re
import subprocess
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from compiler.values import duration
from tests.unit.runbooks.clusters import PLANS, fences, made

PAGES = [(case, name) for case in PLANS for name in made(case)]
CHAPTERS = [(case, name) for case, name in PAGES if name != "README.md"]
STEP = re.compile(r"^### (R-[A-Z]+-\d\d)$", re.MULTILINE)


@pytest.mark.parametrize(("case", "name"), CHAPTERS)
def test_first_screen_has_at_most_twelve_lines(case: str, name: str) -> None:
    first = made(case)[name].split("\n## ")[0].rstrip("\n")
    assert first.startswith("# ")
    assert len(first.split("\n")) <= 12


@pytest.mark.parametrize(("case", "name"), CHAPTERS)
def test_first_command_changes_nothing(case: str, name: str) -> None:
    command = fences(made(case)[name])[0]
    assert re.match(r"kubectl (-n \S+ )?get |timeout 20 crictl ps ", command)


@pytest.mark.parametrize(("case", "name"), CHAPTERS)
def test_every_step_says_what_to_do_expect_and_otherwise(case: str, name: str) -> None:
    steps = made(case)[name].split("\n### ")[1:]
    for number, step in enumerate(steps, 1):
        assert f"**Step {number} of {len(steps)}: " in step
        assert [step.count(f"\n**{word}:** ") for word in ("Do", "Expect", "If not")] == [1, 1, 1]
        assert "```sh\n" in step


@pytest.mark.parametrize(("case", "name"), CHAPTERS)
def test_links_and_named_steps_exist(case: str, name: str) -> None:
    text = made(case)[name]
    ids = STEP.findall(text)
    assert len(ids) == len(set(ids))
    assert {anchor.upper() for anchor in re.findall(r"\(#(r-[a-z]+-\d\d)\)", text)} <= set(ids)


@pytest.mark.parametrize(("case", "name"), CHAPTERS)
def test_destructive_steps_say_so_check_before_and_ask_for_a_word(case: str, name: str) -> None:
    for step in made(case)[name].split("\n### ")[1:]:
        asks = "read -r ANSWER" in step
        assert asks == ("**DESTRUCTIVE" in step)
        if asks:
            assert "**Before:** " in step and "**Way back:** " in step


@pytest.mark.parametrize(("case", "name"), CHAPTERS)
def test_diagnosis_comes_before_the_first_change(case: str, name: str) -> None:
    kinds = ["read-only" in line for line in made(case)[name].split("\n") if line.startswith("Where: ")]
    assert kinds[:2] == [True, True]


@pytest.mark.parametrize(("case", "name"), CHAPTERS)
def test_clock_ends_at_the_stated_total(case: str, name: str) -> None:
    text = made(case)[name]
    total = re.search(r"All steps together: (\w+)", text)
    clocks = re.findall(r"clock at (\w+)", text)
    minutes = [int(m) for m in re.findall(r"· (\d+) min ·", text)]
    assert total is not None and clocks[-1] == total[1]
    assert total[1] == duration.words(60 * sum(minutes))


@pytest.mark.parametrize(("case", "name"), PAGES)
def test_tables_have_at_most_three_columns(case: str, name: str) -> None:
    rows = [line for line in made(case)[name].split("\n") if line.startswith("|")]
    assert all(len(re.findall(r"(?<!\\)\|", row)) <= 4 for row in rows)


@pytest.mark.parametrize(("case", "name"), PAGES)
def test_page_holds_no_html_image_or_foreign_link(case: str, name: str) -> None:
    tokens = MarkdownIt("commonmark").parse(made(case)[name])
    inline = [child for token in tokens for child in token.children or ()]
    assert not [t for t in (*tokens, *inline) if t.type in ("html_block", "html_inline", "image")]
    targets = [str(t.attrs["href"]) for t in inline if t.type == "link_open"]
    assert all(t.startswith("#r-") or t in made(case) for t in targets)


@pytest.mark.parametrize(("case", "name"), PAGES)
def test_printed_command_verifies_the_digest(case: str, name: str, tmp_path: Path) -> None:
    text = made(case)[name]
    (tmp_path / name).write_text(text)
    command = next(block for block in fences(text) if block.startswith("grep -v"))
    out = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert f"\nContent digest: `sha256:{out.split()[0]}`\n" in text


@pytest.mark.parametrize(("case", "name"), PAGES)
def test_digest_covers_every_other_line(case: str, name: str) -> None:
    lines = made(case)[name].split("\n")
    sealed = [line for line in lines if line.startswith("Content digest: ")]
    rest = "\n".join(line for line in lines if line not in sealed)
    assert sealed == [f"Content digest: `sha256:{hashlib.sha256(rest.encode()).hexdigest()}`"]
