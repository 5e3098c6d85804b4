"""Every block on every page as it is pasted: on a serial console, into bash, as root."""

import re
import shutil
import subprocess

import pytest

from tests.unit.runbooks.clusters import all_fences

BLOCKS = tuple(all_fences())


def test_no_line_is_wider_than_eighty_columns() -> None:
    assert [line for block in BLOCKS for line in block.split("\n") if len(line) > 80] == []


def test_no_block_holds_a_prompt_placeholder_or_comment() -> None:
    for block in BLOCKS:
        assert not re.search(r"^(\$|>)\s|^\s*#", block, re.MULTILINE)
        assert not re.search(r"<(?!none>)[a-z][a-z -]*>", block)  # `<none>` is what kubectl prints


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_passes_every_block(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("blocks")
    for number, block in enumerate(BLOCKS):
        (folder / f"{number}.sh").write_text(block)
    # 1091: env and functions are files of the host. 2030, 2031: a block is a subshell by intent. 2317: `during` calls functions.
    command = ["shellcheck", "-s", "sh", "-e", "SC1091,SC2030,SC2031,SC2317", *map(str, folder.iterdir())]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_block_of_a_step_is_closed_in_parentheses() -> None:
    for block in BLOCKS:
        if block.startswith("("):
            assert block.startswith("( set -eu; trap ") and block.endswith("\n)\n")
