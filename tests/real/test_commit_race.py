"""Twenty rounds of eight `kedge commit` at once, each after a change of its own spec, on one repository: nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WRITERS = 8
ROUNDS = 20
SPEC = """\
apiVersion: kedge/v1alpha1
kind: ClusterDR
metadata: {{name: {name}}}
spec:
  tier: lab
  distribution: {{name: managed, version: 1.35.4}}
  identity: {{endpoint: "https://{name}.example.net"}}
  people: {{owner: Writer}}
  hosts: {{node: {{address: 10.0.0.{number}}}}}
  priorities: {{counted: {{value: {value}}}}}
"""
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(ROOT),
    "GIT_CONFIG_GLOBAL": os.devnull,
    **{f"GIT_{role}_{what}": "writer@example.net" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, timeout=300, check=False)


def git(*arguments: str, cwd: Path) -> str:
    done = run("git", *arguments, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A bare repository with one spec for each writer, and a clone for each."""
    bare, first = tmp_path / "shared.git", tmp_path / "first"
    git("init", "-q", "--bare", "-b", "main", str(bare), cwd=tmp_path)
    git("init", "-q", "-b", "main", str(first), cwd=tmp_path)
    for number in range(WRITERS):
        write(first, number, 0)
    git("add", ".", cwd=first)
    git("commit", "-q", "-m", "specs", cwd=first)
    git("push", "-q", str(bare), "main", cwd=first)
    for number in range(WRITERS):
        git("clone", "-q", str(bare), str(tmp_path / f"writer{number}"), cwd=tmp_path)
    return bare


def write(clone: Path, number: int, value: int) -> None:
    folder = clone / "clusters" / f"c{number}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cluster.yaml").write_text(SPEC.format(name=f"c{number}", number=number + 1, value=value))


def change_and_commit(clone: Path, number: int, value: int) -> tuple[int, str]:
    """Push a change of one spec as a person does, then let kedge compile and push."""
    write(clone, number, value)
    git("commit", "-q", "-a", "-m", f"c{number} {value}", cwd=clone)
    for _ in range(50):
        if run("git", "push", "-q", "origin", "main", cwd=clone).returncode == 0:
            break
        git("pull", "-q", "--rebase", "origin", "main", cwd=clone)
    done = run(
        sys.executable,
        "-m",
        "compiler",
        "commit",
        "--push",
        "origin",
        "--update-work-tree",
        "--attempts",
        "60",
        cwd=clone,
    )
    git("fetch", "-q", "origin", cwd=clone)
    git("reset", "-q", "--hard", "origin/main", cwd=clone)
    return done.returncode, done.stderr


def test_eight_writers_lose_nothing_in_twenty_rounds(shared: Path) -> None:
    clones = [shared.parent / f"writer{number}" for number in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS) as pool:
        for value in range(1, ROUNDS + 1):
            done = list(pool.map(change_and_commit, clones, range(WRITERS), [value] * WRITERS))
            assert [code for code, _ in done] == [0] * WRITERS, [said for code, said in done if code]
            for number in range(WRITERS):
                path = f"clusters/c{number}/generated/base/priorityclass.counted.yaml"
                assert f"value: {value}\n" in git("show", f"main:{path}", cwd=shared)
    assert git("fsck", "--strict", "--no-dangling", cwd=shared) == ""
    last = shared.parent / "last"
    git("clone", "-q", str(shared), str(last), cwd=shared.parent)
    assert run(sys.executable, "-m", "compiler", "check", cwd=last).returncode == 0
