"""Data files are found from every way to install, and a missing one says so."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from compiler import assets
from compiler.assets import AssetError, asset


def test_a_checkout_finds_its_own_files() -> None:
    assert asset("schemas/kubernetes/v1.35.json") == Path(__file__).parents[2] / "schemas/kubernetes/v1.35.json"


def test_an_installed_wheel_finds_the_files_inside_the_package(tmp_path: Path) -> None:
    package = tmp_path / "compiler"
    data = package / "_data" / "templates" / "scripts"
    data.mkdir(parents=True)
    (data / "probe.sh").write_text("true\n")
    shutil.copy(assets.__file__, package)
    (package / "__init__.py").touch()
    program = "from compiler.assets import asset; print(asset('templates/scripts/probe.sh'))"
    run = subprocess.run([sys.executable, "-P", "-c", program], env={"PYTHONPATH": str(tmp_path)}, capture_output=True)
    assert run.stdout.decode().strip() == str(data / "probe.sh"), run.stderr.decode()


def test_a_missing_file_is_named() -> None:
    with pytest.raises(AssetError, match=r"'schemas/none\.json' is missing"):
        asset("schemas/none.json")


@pytest.mark.parametrize("name", ["", "pyproject.toml", "/etc/passwd", "schemas/../pyproject.toml", "schemas//x"])
def test_only_plain_paths_below_the_data_folders_are_served(name: str) -> None:
    with pytest.raises(AssetError, match="does not name a data file"):
        asset(name)
