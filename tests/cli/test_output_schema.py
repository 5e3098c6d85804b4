"""What `-o json` prints is what `kedge schema output` describes."""

import json
import shutil
import subprocess
from pathlib import Path

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from compiler.assets import asset
from compiler.cli.main import COMMANDS
from tests.cli.conftest import Kedge, edit, run

SCHEMA = json.loads(asset("schemas/output.schema.json").read_text())
VALID = jsonschema_rs.Draft202012Validator(SCHEMA)
BROKEN = ("replicas: 4", 'replicas: "4"')
WORSE = ('"*/30 * * * *"', '"0 * * * *"')


def accepted(done: subprocess.CompletedProcess[str], command: str | None) -> None:
    document = json.loads(done.stdout)
    assert [error.message for error in VALID.iter_errors(document)] == []
    assert document["command"] == command


def test_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_every_command_that_prints_data_is_described() -> None:
    described = {ref["$ref"].rpartition("/")[2] for ref in SCHEMA["oneOf"]} - {"error"}
    silent = {"schema", "completion", "rescue"}
    assert set(COMMANDS) - silent == described
    assert {name: SCHEMA["$defs"][name]["properties"]["command"]["const"] for name in described} == {
        name: name for name in described
    }


@pytest.mark.parametrize(
    ("arguments", "command", "kind", "code"),
    [
        (["validate", "nowhere", "-o", "json"], "validate", "usage", 2),
        (["validate", "--frobnicate", "-ojson"], "validate", "usage", 2),
        (["valdate", "--output=json"], None, "usage", 2),
        (["explain", "nothing-of-the-kind", "--output", "json"], "explain", "usage", 2),
        (["plan", "--against", "no-such-branch", "-o", "json"], "plan", "environment", 5),
        (["commit", "-o", "json"], "commit", "environment", 5),
    ],
)
def test_a_failure_is_one_document_and_one_message(
    kedge: Kedge, arguments: list[str], command: str | None, kind: str, code: int
) -> None:
    done = kedge(*arguments)
    accepted(done, command)
    error = json.loads(done.stdout)["error"]
    assert (done.returncode, error["kind"], error["exitCode"]) == (code, kind, code)
    assert done.stderr.startswith(f"error: {error['message']}\n")


def test_a_refusal_leaves_one_document(kedge: Kedge, repository: Path) -> None:
    kedge("compile")
    run("git", "add", "clusters", cwd=repository)
    run("git", "commit", "-q", "-m", "output", cwd=repository)
    edit(repository, "      podSecurity: restricted\n", "      manage: false\n")
    done = kedge("compile", "-o", "json")
    accepted(done, "compile")
    assert done.returncode == 6


def test_a_commit_of_an_unsound_branch_has_its_findings(kedge: Kedge, repository: Path) -> None:
    edit(repository, *BROKEN)
    run("git", "commit", "-q", "-a", "-m", "broken", cwd=repository)
    done = kedge("commit", "--update-work-tree", "-o", "json")
    accepted(done, "commit")
    assert (done.returncode, json.loads(done.stdout)["findings"] != []) == (1, True)


@pytest.mark.parametrize("command", ["validate", "compile", "check", "plan"])
@pytest.mark.parametrize("change", [None, BROKEN, WORSE], ids=["as it is", "broken", "worse"])
def test_output_over_clusters_is_as_described(
    kedge: Kedge, repository: Path, command: str, change: tuple[str, str] | None
) -> None:
    if change:
        edit(repository, *change)
    accepted(kedge(command, "-o", "json"), command)


def test_plan_of_a_removed_cluster_is_as_described(kedge: Kedge, repository: Path) -> None:
    kedge("compile")
    run("git", "add", "clusters", cwd=repository)
    run("git", "commit", "-q", "-m", "output", cwd=repository)
    shutil.rmtree(repository / "clusters" / "madrid-lab")
    accepted(kedge("plan", "-o", "json", "--against", "HEAD"), "plan")


def test_commit_is_as_described_with_and_without_changes(kedge: Kedge) -> None:
    for _ in range(2):
        accepted(kedge("commit", "--branch", "main", "--update-work-tree", "-o", "json"), "commit")


def test_version_and_init_are_as_described(kedge: Kedge) -> None:
    accepted(kedge("version", "-o", "json"), "version")
    accepted(kedge("init", "harbour", "-o", "json"), "init")


@pytest.mark.parametrize(
    "topic",
    [[], ["schedule-meets-rpo"], ["priorities-are-consistent"], ["keys-are-known"], ["spec.hosts"], ["spec.tier"]],
)
def test_explain_is_as_described(kedge: Kedge, topic: list[str]) -> None:
    accepted(kedge("explain", *topic, "-o", "json"), "explain")


def test_explain_of_a_file_is_as_described(kedge: Kedge) -> None:
    kedge("compile", "clusters/payments-eu")
    accepted(kedge("explain", "clusters/payments-eu/generated/base/kustomization.yaml", "-o", "json"), "explain")


@pytest.mark.parametrize("argument", [[], ["cluster"], ["base"], ["output"]])
def test_schema_command_prints_a_schema(kedge: Kedge, argument: list[str]) -> None:
    Draft202012Validator.check_schema(json.loads(kedge("schema", *argument).stdout))
