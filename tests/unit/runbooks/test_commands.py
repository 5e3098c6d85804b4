"""Every block on every page: pasted by hand, into bash or sh, as root, possibly on a console without bracketed paste."""

import re
import shutil
import subprocess

import pytest

from tests.unit.runbooks.clusters import all_fences

BLOCKS = tuple(all_fences())
NETWORK = ("kubectl ", "etcdctl ", "crictl ", "ssh ", "curl ", "kubeadm ", "ctr ")
LIMITS = ("--request-timeout", "--command-timeout", "timeout ", "--max-time", " --timeout=")
# What speaks to no server, or is spoken to by a line that has its limit.
LOCAL = re.compile(r"kubectl config |command -v|for NEEDED|echo |#|kubectl \\$")


def test_no_line_is_wider_than_eighty_columns() -> None:
    assert [line for block in BLOCKS for line in block.split("\n") if len(line) > 80] == []


def test_no_block_holds_a_prompt_placeholder_or_comment() -> None:
    for block in BLOCKS:
        assert not re.search(r"^(\$|>)\s|^\s*#", block, re.MULTILINE)
        assert not re.search(r"<(?!none>)[a-z][a-z -]*>", block)  # `<none>` is what kubectl prints
        assert "${" not in block


@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_every_block_parses(shell: str) -> None:
    for block in BLOCKS:
        done = subprocess.run([shell, "-n"], input=block, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (block, done.stderr)


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_has_nothing_to_say(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("blocks")
    for number, block in enumerate(BLOCKS):
        (folder / f"{number}.sh").write_text(block)
    # 1091: the env file lies on the host. 2154: so its variables are set there.
    command = ["shellcheck", "-s", "sh", "-e", "SC1091,SC2154", *map(str, folder.iterdir())]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_command_that_reaches_out_has_a_limit_of_time() -> None:
    for block in BLOCKS:
        for statement in re.split(r"\n(?=\S)", block.replace("\\\n", "")):
            if any(name in statement for name in NETWORK) and not LOCAL.search(statement):
                assert any(limit in statement for limit in LIMITS), statement


def test_question_is_the_last_thing_of_its_block() -> None:
    for block in BLOCKS:
        if "read -r ANSWER" in block or "if read -r" in block:
            assert block.rstrip().endswith("fi")


def test_blocks_after_the_first_do_nothing_without_the_env_file() -> None:
    host = r'if \. /root/kedge/env && \[ "\$PWD" = /root/kedge \] && \[ -s host \]; then\n'
    desk = r'if \. "\$HOME/(kedge-[a-z0-9-]+)/env" &&\n  \[ "\$\(basename "\$PWD"\)" = \1 \]; then\n'
    for block in BLOCKS:
        if "env" in block.split("\n")[0] and not block.startswith("cat > "):
            assert re.match(f"(?:{host}|{desk})", block)
            assert re.search(r"\nelse\n  echo 'STOP: nothing was done[^']*'\nfi\n$", block)
