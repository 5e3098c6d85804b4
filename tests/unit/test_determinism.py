"""The same input gives the same bytes on any day, under any hash seed, time zone and locale."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import datetime, hashlib, sys
from pathlib import Path
from compiler import pipeline
from compiler.source.cache import BaseCache
from compiler.workspace.files import DiskFiles
context = pipeline.RunContext(DiskFiles(Path(sys.argv[1])), BaseCache(), datetime.date.fromisoformat(sys.argv[2]))
digest = hashlib.sha256()
for name in context.files.clusters():
    for path, content in pipeline.build(pipeline.check(context, name)).items():
        digest.update(path.encode() + content)
print(digest.hexdigest())
"""


def digest(day: str, cwd: Path, **environment: str) -> str:
    """Compile all examples in a process of their own and return one digest of everything."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(ROOT), day], cwd=cwd, env=env, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The digest on an ordinary day."""
    return digest("2027-01-01", ROOT, PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C.UTF-8")


@pytest.mark.parametrize(
    ("day", "environment"),
    [
        ("2027-01-01", {"PYTHONHASHSEED": "4242"}),
        ("2038-02-01", {"PYTHONHASHSEED": "1"}),
        ("2027-01-01", {"TZ": "Pacific/Auckland", "LC_ALL": "C"}),
    ],
    ids=["another hash seed", "another year", "another zone and locale"],
)
def test_compiles_to_the_same_bytes(usual: str, tmp_path: Path, day: str, environment: dict[str, str]) -> None:
    assert digest(day, tmp_path, **environment) == usual
