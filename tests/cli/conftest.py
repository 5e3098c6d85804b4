"""The command line as users run it: whole processes, in a repository of their own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Kedge = Callable[..., subprocess.CompletedProcess[str]]
GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Tests",
    "GIT_AUTHOR_EMAIL": "tests@example.net",
    "GIT_COMMITTER_NAME": "Tests",
    "GIT_COMMITTER_EMAIL": "tests@example.net",
}


def run(*command: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; bounded, with Git's configuration of this machine out of the way."""
    env = {**os.environ, **GIT, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1800000000", **environment}
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A Git repository with the example clusters and their bases, committed, without their output."""
    root = tmp_path / "repository"
    ignored = shutil.ignore_patterns("generated")
    shutil.copytree(ROOT / "clusters", root / "clusters", ignore=ignored)
    shutil.copytree(ROOT / "bases", root / "bases")
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "specs"]):
        done = run("git", *command, cwd=root)
        assert done.returncode == 0, done.stderr
    return root


@pytest.fixture
def kedge(repository: Path) -> Kedge:
    """Run kedge in the repository."""

    def invoke(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        return run(sys.executable, "-m", "compiler", *arguments, cwd=cwd or repository, **environment)

    return invoke


def edit(root: Path, old: str, new: str, cluster: str = "payments-eu") -> None:
    """Replace a text that must be in a spec."""
    spec = root / "clusters" / cluster / "cluster.yaml"
    text = spec.read_text()
    assert old in text
    spec.write_text(text.replace(old, new))
