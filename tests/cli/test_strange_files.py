"""Strange files in a repository are findings of their cluster or refusals with advice: the others are served, nothing hangs."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Kedge, run
from tests.cli.inprocess import Repository
from tests.cli.test_exit_codes import keep_only

SPEC = "clusters/madrid-lab/cluster.yaml"


def link(path: Path) -> None:
    path.symlink_to("../shop-cloud/cluster.yaml")


def large(path: Path) -> None:
    path.write_bytes(b"# " + b"x" * 17 * 2**20)


def folder(path: Path) -> None:
    path.mkdir()


def long_base(path: Path) -> None:
    path.write_text(
        f"apiVersion: kedge/v1alpha1\nkind: ClusterDR\nextends: [../../bases/{'a' * 300}.yaml]\nspec: {{}}\n"
    )


@pytest.mark.parametrize("make", [link, large, folder, os.mkfifo, long_base])
def test_1_for_a_strange_spec_and_the_other_clusters_are_written(kedge: Kedge, repository: Path, make: object) -> None:
    (repository / SPEC).unlink()
    make(repository / SPEC)  # type: ignore[operator]
    done = kedge("compile")
    assert done.returncode == 1, done.stderr
    assert f"--> {SPEC}:" in done.stderr
    assert str(repository) not in done.stderr
    assert (repository / "clusters/shop-cloud/generated/BUILD.json").exists()
    assert not (repository / "clusters/madrid-lab/generated").exists()


@pytest.mark.parametrize("name", ["cluster.yml", "Cluster.yaml", "notes.md"])
@pytest.mark.parametrize("command", ["validate", "compile"])
def test_a_folder_without_a_spec_is_reported(kedge: Kedge, repository: Path, name: str, command: str) -> None:
    (repository / "clusters/new").mkdir()
    (repository / "clusters/new" / name).write_text("x: 1\n")
    done = kedge(command)
    said = done.stdout + done.stderr
    assert done.returncode == 0
    assert "warning[folders-hold-a-spec] new has no cluster.yaml" in said
    assert ("git mv clusters/new/cluster.yml clusters/new/cluster.yaml" in said) == (name == "cluster.yml")
    assert kedge(command, "--fail-on", "warning").returncode == 1
    data = json.loads(kedge(command, "-o", "json").stdout)
    assert [c["findings"][0]["rule"] for c in data["clusters"] if c["name"] == "new"] == ["folders-hold-a-spec"]


@pytest.mark.parametrize("command", ["validate", "compile"])
def test_output_whose_spec_was_deleted_is_reported(kedge: Kedge, repository: Path, command: str) -> None:
    assert kedge("compile", "madrid-lab").returncode == 0
    (repository / SPEC).unlink()
    done = kedge(command)
    assert "the spec of madrid-lab was deleted, and its output is still synced" in done.stdout + done.stderr


@pytest.mark.parametrize(
    "record",
    [
        "[" * 100_000,
        '{"sources": {"README.md": ["spec.namespaces[999999999999999999999]"]}}',
        '{"sources": {"README.md": ["\\ud800"]}}',
        '{"sources": {"README.md": [[]]}}',
        '{"sources": [1]}',
        '{"objects": [{"path": 1, "kind": {}, "namespace": [], "name": null, "guard": "consent"}], "files": []}',
        '{"objects": 7, "files": {"../../cluster.yaml": "x"}}',
        "9" * 10_000,
        "",
    ],
)
def test_a_hostile_record_is_no_bug(kedge: Kedge, repository: Path, record: str) -> None:
    keep_only(repository, "madrid-lab")
    spec = (repository / SPEC).read_bytes()
    for command in (["explain", "clusters/madrid-lab/generated/README.md"], ["check"], ["compile"]):
        assert kedge("compile", "--allow-destroy", "x").returncode in (0, 6)
        (repository / "clusters/madrid-lab/generated/BUILD.json").write_text(record)
        done = kedge(*command)
        assert done.returncode in (0, 2, 4, 5, 6), done.stderr
        assert "Traceback" not in done.stderr
    assert (repository / SPEC).read_bytes() == spec


@pytest.mark.parametrize("option", [["--bucket", "b"], ["--image", "x"], ["--site", "paris"], ["--secret", "s"]])
def test_init_writes_what_it_is_given_or_refuses(kedge: Kedge, tmp_path: Path, option: list[str]) -> None:
    done = kedge("init", "harbour", *option, cwd=tmp_path)
    assert done.returncode == 2
    assert f"{option[0]} describes the backup of etcd, which needs" in done.stderr
    assert not (tmp_path / "clusters").exists()


def test_init_puts_texts_into_quotes(kedge: Kedge, tmp_path: Path) -> None:
    assert kedge("init", "port", "--owner", "Team: north, (1)", cwd=tmp_path).returncode == 0
    assert 'owner: "Team: north, (1)"' in (tmp_path / "clusters/port/cluster.yaml").read_text()


@pytest.mark.parametrize("kustomization", ["Kustomization", "kustomization.yml"])
def test_a_second_kustomization_in_a_layer_is_refused(kedge: Kedge, repository: Path, kustomization: str) -> None:
    keep_only(repository, "madrid-lab")
    assert kedge("compile").returncode == 0
    (repository / "clusters/madrid-lab/generated/base" / kustomization).write_text("resources: []\n")
    for command in ("check", "compile"):
        done = kedge(command)
        assert done.returncode == 5
        assert f"base/{kustomization} is beside kustomization.yaml" in done.stderr
    assert run("git", "status", "--short", cwd=repository).returncode == 0


def test_check_reports_a_folder_without_a_spec_as_skipped(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    repository.write("case", "tier: lab")
    repository.compiled()
    (repository.root / "clusters/new").mkdir()
    (repository.root / "clusters/new/cluster.yml").write_text("x: 1\n")
    done = repository.kedge("check")
    assert (done.exit_code, done.output.count("warning[folders-hold-a-spec]")) == (0, 1)
    assert repository.kedge("check", "--fail-on", "warning").exit_code == 1
    data = json.loads(repository.kedge("check", "-o", "json").stdout)
    assert [cluster["skipped"] for cluster in data["clusters"] if cluster["name"] == "new"] == [True]
