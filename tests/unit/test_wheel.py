"""kedge works as an installed package, outside a checkout, with the schemas and templates that it carries."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from compiler.version import VERSION
from tools.build_hook import DIGITS, SOURCES, digest

ROOT = Path(__file__).parents[2]
CASE = ROOT / "tests/golden/everything"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the unpacked wheel and nothing of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(build, check=True, capture_output=True, cwd=folder)
    (wheel,) = folder.glob("kedge_dr-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def kedge(installed: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the installed kedge; -P keeps the working folder off the path."""
    env = {**os.environ, "PYTHONPATH": str(installed), "SOURCE_DATE_EPOCH": "1800000000"}
    return subprocess.run(
        [sys.executable, "-P", "-m", "compiler", *arguments],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def version(installed: Path, cwd: Path) -> str:
    """What the installed kedge says that it is."""
    return str(json.loads(kedge(installed, "version", "-o", "json", cwd=cwd).stdout)["kedge"])


def test_states_the_digest_of_the_sources_that_it_was_built_from(installed: Path, tmp_path: Path) -> None:
    assert version(installed, tmp_path) == f"{VERSION}+{digest(ROOT)[:DIGITS]}"


def test_another_source_is_another_build(tmp_path: Path) -> None:
    for folder in SOURCES:
        (tmp_path / folder).mkdir()
    (tmp_path / "compiler/version.py").write_text("VERSION = 1\n")
    before = digest(tmp_path)
    (tmp_path / "templates/run.sh").write_text("ok\n")
    assert digest(tmp_path) != before


def test_compiles_a_golden_case_to_the_same_bytes(installed: Path, tmp_path: Path) -> None:
    spec = tmp_path / "clusters/atlas/cluster.yaml"
    spec.parent.mkdir(parents=True)
    spec.write_bytes((CASE / "clusters/atlas/cluster.yaml").read_bytes())
    done = kedge(installed, "compile", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    made = {
        p.relative_to(spec.parent / "generated").as_posix(): p.read_bytes()
        for p in (spec.parent / "generated").rglob("*")
        if p.is_file()
    }
    expected = CASE / "expected"
    stated = f'"kedge": "{version(installed, tmp_path)}"'.encode()
    assert stated in made["BUILD.json"]
    made["BUILD.json"] = made["BUILD.json"].replace(stated, f'"kedge": "{VERSION}"'.encode())
    assert made == {p.relative_to(expected).as_posix(): p.read_bytes() for p in expected.rglob("*") if p.is_file()}


@pytest.mark.parametrize(
    "arguments", [["schema"], ["explain"], ["explain", "spec.etcd.quota"], ["completion", "bash"], ["version"]]
)
def test_commands_that_read_data_files_work(installed: Path, tmp_path: Path, arguments: list[str]) -> None:
    done = kedge(installed, *arguments, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_carries_nothing_of_the_tests(installed: Path) -> None:
    assert {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")} == {"compiler"}
