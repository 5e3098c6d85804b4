"""The layout contract of a page that is read at three in the morning, in a pager, on a phone or on paper."""

import hashlib
import itertools
import re
import subprocess
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from compiler.render.messages import anchor
from compiler.runbooks.clock import LATER
from compiler.values import duration
from tests.unit.runbooks.clusters import PLANS, fences, made

PAGES = [(case, name) for case in PLANS for name in made(case)]
PROCEDURES = [(case, name) for case, name in PAGES if name != "README.md"]
HEADING = re.compile(r"^### (Step \d+ of \d+: .+)$", re.MULTILINE)
ANCHOR = re.compile(r'^<a id="([a-z-]+)"></a>$', re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")


@pytest.mark.parametrize(("case", "name"), PROCEDURES)
def test_first_screen_has_at_most_twelve_lines(case: str, name: str) -> None:
    first = made(case)[name].split("\n## ")[0].rstrip("\n")
    assert first.startswith("# ")
    assert len(first.split("\n")) <= 12


@pytest.mark.parametrize(("case", "name"), PROCEDURES)
def test_first_command_changes_nothing(case: str, name: str) -> None:
    command = fences(made(case)[name])[0]
    assert re.match(r"kubectl (-n \S+ )?get |timeout 20 crictl ps ", command)


@pytest.mark.parametrize(("case", "name"), PROCEDURES)
def test_every_step_has_a_title_and_says_what_to_do_expect_and_otherwise(case: str, name: str) -> None:
    steps = made(case)[name].split("\n### ")[1:]
    for number, step in enumerate(steps, 1):
        assert step.startswith(f"Step {number} of {len(steps)}: ")
        assert [step.count(f"\n**{word}:** ") for word in ("Do", "Expect", "If not")] == [1, 1, 1]
        assert "```sh\n" in step


@pytest.mark.parametrize(("case", "name"), PAGES)
def test_every_link_leads_to_a_heading_or_a_page_of_this_cluster(case: str, name: str) -> None:
    text = made(case)[name]
    anchors = {f"#{anchor(heading)}" for heading in HEADING.findall(text)}
    assert len(anchors) == len(HEADING.findall(text))
    assert set(LINK.findall(text)) <= anchors | set(made(case))


@pytest.mark.parametrize(("case", "name"), PAGES)
def test_every_page_that_a_sentence_names_exists(case: str, name: str) -> None:
    prose = re.sub(r"```.*?```", "", made(case)[name], flags=re.DOTALL)
    assert set(re.findall(r"\b[a-z][a-z-]+\.md\b", prose)) <= set(made(case))


@pytest.mark.parametrize(("case", "name"), PROCEDURES)
def test_failure_of_a_step_is_one_order_after_its_own_advice(case: str, name: str) -> None:
    for line in re.findall(r"^\*\*If not:\*\* (.*)$", made(case)[name], re.MULTILINE):
        assert line.count("If that does not help, STOP and call ") + line.count("Then go to [step ") == 1


@pytest.mark.parametrize(("case", "name"), PROCEDURES)
def test_destructive_steps_say_so_check_before_and_ask_for_a_word(case: str, name: str) -> None:
    for step in made(case)[name].split("\n### ")[1:]:
        asks = "\nconfirm " in step
        assert asks == ("**DESTRUCTIVE" in step)
        if asks:
            assert "**Before:** " in step and "**Rollback:** " in step


@pytest.mark.parametrize(("case", "name"), PROCEDURES)
def test_diagnosis_comes_before_the_first_change(case: str, name: str) -> None:
    kinds = [
        "does not change the cluster" in line
        for line in made(case)[name].split("\n")
        if line.startswith("`") and " min · " in line
    ]
    assert kinds[:2] == [True, True]


@pytest.mark.parametrize(("case", "name"), PROCEDURES)
def test_clock_ends_at_the_stated_total(case: str, name: str) -> None:
    text = made(case)[name]
    total = re.search(r"(?:All steps together|Until the service is back|The steps by themselves): (\w+)", text)
    clocks = re.findall(r"clock at (\w+)", text)
    steps = re.findall(r"(?m)^`([a-z-]+)` · .* · (\d+) min · (while step)?", text)
    minutes = [int(m) for slug, m, meanwhile in steps if slug not in LATER and not meanwhile]
    while_one_waits = [int(m) for _, m, meanwhile in steps if meanwhile]
    waiting = next((int(m) for (_, m, _), (*_, meanwhile) in itertools.pairwise(steps) if meanwhile), 0)
    assert total is not None and clocks[-1] == total[1]
    assert total[1] == duration.words(60 * (sum(minutes) + max(0, sum(while_one_waits) - waiting)))


@pytest.mark.parametrize(("case", "name"), PAGES)
def test_tables_have_at_most_three_columns(case: str, name: str) -> None:
    rows = [line for line in made(case)[name].split("\n") if line.startswith("|")]
    assert all(len(re.findall(r"(?<!\\)\|", row)) <= 4 for row in rows)


@pytest.mark.parametrize(("case", "name"), PAGES)
def test_page_holds_no_html_but_anchors_no_image_and_no_foreign_link(case: str, name: str) -> None:
    tokens = MarkdownIt("commonmark").parse(ANCHOR.sub("", made(case)[name]))
    inline = [child for token in tokens for child in token.children or ()]
    assert not [t for t in (*tokens, *inline) if t.type in ("html_block", "html_inline", "image")]
    targets = [str(t.attrs["href"]) for t in inline if t.type == "link_open"]
    assert all(t.startswith("#step-") or t in made(case) for t in targets)


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
