"""What a cold `kedge compile` does not load: modules that cost milliseconds and serve nothing it does."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
UNUSED = ("importlib.metadata", "importlib.resources", "email.message", "asyncio", "git", "multiprocessing")
PROGRAM = """
import sys
from compiler.cli.main import main
main(["compile"], standalone_mode=False)
print("unused:", *(name for name in sys.argv[1:] if name in sys.modules), file=sys.stderr)
"""


def test_a_compilation_loads_nothing_that_it_does_not_use(tmp_path: Path) -> None:
    for path in ("bases", "clusters/payments-eu"):
        shutil.copytree(ROOT / path, tmp_path / path, ignore=shutil.ignore_patterns("generated"))
    command = [sys.executable, "-c", PROGRAM, *UNUSED]
    environment = {"PATH": "", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "unused:"
    assert (tmp_path / "clusters/payments-eu/generated/BUILD.json").is_file()
