"""The timeline of CI: a line for each part, and the exit code of the first that fails."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
MAKEFILE = "good:\n\t@echo made\nbad:\n\t@exit 3\nlater:\n\t@echo never\n"


def timeline(folder: Path, *targets: str) -> subprocess.CompletedProcess[str]:
    folder.joinpath("Makefile").write_text(MAKEFILE, "utf-8")
    command = [sys.executable, str(ROOT / "tools/timeline.py"), *targets]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=30, check=False)


def test_each_part_has_a_line_of_time(tmp_path: Path) -> None:
    done = timeline(tmp_path, "good", "good")
    assert done.returncode == 0
    assert len(re.findall(r"(?m)^good +\d+ s  passed$", done.stdout)) == 2


def test_the_first_failure_ends_the_run_and_is_in_the_times(tmp_path: Path) -> None:
    done = timeline(tmp_path, "good", "bad", "later")
    assert done.returncode != 0
    assert re.search(r"(?m)^bad +\d+ s  failed$", done.stdout)
    assert "later" not in done.stdout
