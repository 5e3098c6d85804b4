"""Names from disk and texts from Git are data: they start no line, command no terminal, and end no word of a command to paste."""

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Kedge, run
from tests.cli.test_exit_codes import keep_only

NAMES = [
    b"a\n::error::x",
    b"::error::x",
    b"a\x1b[31mb",
    "a\u202eb".encode(),
    b"x; touch PWNED",
    b"$(touch PWNED)",
    b"it's",
    b"caf\xe9",
    b"n" * 200,
]


def harmless(said: str) -> None:
    """Assert that a text is lines of ours."""
    assert "Traceback" not in said
    assert [line for line in said.split("\n") if not line.isprintable() or line.lstrip().startswith("::")] == []


@pytest.fixture
def named(repository: Path) -> Path:
    """A repository with one sound cluster, and one of each hostile name whose spec is that of the other."""
    keep_only(repository, "madrid-lab")
    for name in NAMES:
        shutil.copytree(
            repository / "clusters/madrid-lab", os.fsdecode(os.fsencode(repository / "clusters") + b"/" + name)
        )
    return repository


@pytest.mark.parametrize("command", [["validate"], ["compile"], ["compile", "--dry-run"], ["check"], ["plan"]])
def test_a_folder_may_have_any_name(kedge: Kedge, named: Path, command: list[str]) -> None:
    done = kedge(*command)
    assert done.returncode == 1, done.stderr
    harmless(done.stdout + done.stderr)
    assert "its folder `a\\n::error::x`" in done.stdout + done.stderr
    assert not (named / "PWNED").exists()


@pytest.mark.parametrize(
    ("command", "advice"),
    [
        ("validate", ("git rm -r 'clusters/x; touch PWNED/generated'", "git rm -r $'clusters/a\\x1b[31mb/generated'")),
        ("compile", ("git rm -r 'clusters/x; touch PWNED/generated'", "git rm -r $'clusters/a\\x1b[31mb/generated'")),
        ("check", ("keep `clusters/x; touch PWNED/cluster.yaml`", "keep `clusters/a\\x1b[31mb/cluster.yaml`")),
    ],
)
def test_output_that_is_left_may_have_any_name(
    kedge: Kedge, named: Path, command: str, advice: tuple[str, ...]
) -> None:
    for name in NAMES:
        folder = Path(os.fsdecode(os.fsencode(named / "clusters") + b"/" + name))
        (folder / "cluster.yaml").unlink()
        (folder / "generated").mkdir()
        (folder / "generated/BUILD.json").write_text("{}")
    done = kedge(command)
    assert done.returncode == (4 if command == "check" else 0), done.stderr
    harmless(done.stdout + done.stderr)
    assert [text for text in advice if text not in done.stdout + done.stderr] == []


def test_the_words_of_consent_are_quoted(kedge: Kedge, repository: Path) -> None:
    keep_only(repository, "madrid-lab")
    assert kedge("compile").returncode == 0
    record = repository / "clusters/madrid-lab/generated/BUILD.json"
    build = json.loads(record.read_text())
    hostile = {"path": "base/x.yaml", "kind": "Namespace", "namespace": None, "guard": "consent", "layer": "base"}
    build["objects"].append({**hostile, "name": "x; touch PWNED #\x1b[31m"})
    record.write_text(json.dumps(build))
    run("git", "add", "clusters", cwd=repository)
    assert run("git", "commit", "-q", "-m", "a record that somebody wrote", cwd=repository).returncode == 0
    done = kedge("compile")
    assert done.returncode == 6, done.stderr
    harmless(done.stderr)
    assert "--allow-destroy $'Namespace/x; touch PWNED #\\x1b[31m'" in done.stderr
