"""The benchmark runs; what it measures is not tested, since times on a shared machine prove nothing."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_benchmark_runs_on_one_cluster() -> None:
    command = [sys.executable, "-m", "tools.bench", "--sizes", "1", "--rounds", "1", "--fleet", "2"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "the peer's objects are equal to kedge's" in done.stdout
    assert "one cluster, cold" in done.stdout
    assert "commit of one change in the fleet" in done.stdout
    assert "compile -j 2 to that of one process" in done.stdout
