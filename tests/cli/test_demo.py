"""`make demo`, end to end: about three seconds."""

import sys
from pathlib import Path

from tests.cli.conftest import ROOT, run


def test_the_demonstration_ends_well(tmp_path: Path) -> None:
    target = tmp_path / "demo"
    done = run(sys.executable, "-m", "tools.demo", str(target), cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    for sign in ("etcd-quorum-survives-promised-loss", "2 recovery changes", "the output is fresh", str(target)):
        assert sign in done.stdout
    assert run("git", "status", "--porcelain", cwd=target).stdout == ""


def test_the_demonstration_fails_where_a_step_does(tmp_path: Path) -> None:
    tmp_path.joinpath("demo").touch()
    done = run(sys.executable, "-m", "tools.demo", str(tmp_path / "demo"), cwd=ROOT)
    assert done.returncode != 0
