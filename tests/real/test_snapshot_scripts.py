"""The snapshot scripts as other programs read them: shellcheck, and each shell that /bin/sh may be."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from compiler.assets import asset
from tests.real.snapshot_job import program

FOLDERS = ("etcd-snapshot", "etcd-snapshot-host")
SCRIPTS = sorted(script for folder in FOLDERS for script in asset(f"templates/scripts/{folder}").iterdir())


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_shellcheck_has_nothing_to_say_at_style_level(script: Path) -> None:
    command: list[str | Path] = [program("shellcheck"), "--shell=sh", "--severity=style", "--norc", "--", script]
    assert subprocess.run(command, capture_output=True, text=True).stdout == ""


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
@pytest.mark.parametrize("shell", [["dash"], ["bash"], ["bash", "--posix"], ["busybox", "sh"]], ids="-".join)
def test_every_shell_can_parse_it(script: Path, shell: list[str]) -> None:
    done = subprocess.run([program(shell[0]), *shell[1:], "-n", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
