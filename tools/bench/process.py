"""Run a whole process and say what it cost: CPU time (user and system, its children included), wall time and peak memory."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process used: CPU and wall milliseconds, and mebibytes at its peak (the largest single process)."""

    cpu: float
    wall: float
    peak: float


def run(command: list[str], folder: Path, environment: dict[str, str], codes: tuple[int, ...] = (0,)) -> Cost:
    """Run a command to its end in a folder. Raises RuntimeError with what it said where its exit code is none of `codes`."""
    log = environment["BENCH_LOG"]
    started = time.monotonic()
    with Path(log).open("wb") as output:
        child = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)
        _, status, usage = os.wait4(child.pid, 0)
    wall = (time.monotonic() - started) * 1000
    child.returncode = os.waitstatus_to_exitcode(status)  # so that subprocess does not wait for it again
    if child.returncode not in codes:
        raise RuntimeError(f"{' '.join(command)} ended with {child.returncode}:\n{Path(log).read_text('utf-8')}")
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10  # ru_maxrss is in bytes on macOS, in KiB on Linux
    return Cost((usage.ru_utime + usage.ru_stime) * 1000, wall, usage.ru_maxrss / unit)


def environment(scratch: Path, repository: Path) -> dict[str, str]:
    """Return an environment in which Python finds this checkout and keeps its byte code, as an installation does."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "GIT_"))}
    return kept | {
        "PYTHONPATH": str(repository),
        "PYTHONPYCACHEPREFIX": str(scratch / "bytecode"),
        "BENCH_LOG": str(scratch / "log"),
        **{f"GIT_{who}_NAME": "Bench" for who in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{who}_EMAIL": "bench@example.net" for who in ("AUTHOR", "COMMITTER")},
    }
