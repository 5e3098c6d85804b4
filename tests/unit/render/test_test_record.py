"""The test record: written where something is new, and claimed by pages for the very shell that ran."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from compiler import assets
from compiler.facts.test_record import ANY_DISTRIBUTION, executed, recorded
from compiler.render import test_record
from compiler.runbooks.step import definition, slugs
from tests.real.record import Figures, Record, write_group

SLUG = "identify-cluster"
VERSIONS = {"kubernetes": "1.35.4", "velero": "1.18.3"}


def ran(folder: Path, seconds: float, versions: Mapping[str, str], refresh: bool = False) -> dict[str, Any]:
    """The row after a session in which the step ran."""
    record = Record()
    record.add(SLUG, "kubernetes", versions, "workstation", seconds)
    record.write(set(), folder, refresh)
    return row(folder)


def row(folder: Path) -> dict[str, Any]:
    return tomllib.loads(file(folder).read_text())


def file(folder: Path) -> Path:
    return folder / "steps" / f"{SLUG}.kubernetes.toml"


def test_a_row_holds_digest_versions_hosts_and_the_seconds_of_all_hosts(tmp_path: Path) -> None:
    record = Record()
    for host, seconds in (("cp1", 9.0), ("cp1", 1.5), ("cp2", 2.0)):
        record.add(SLUG, "kubernetes", VERSIONS, host, seconds)
    record.write(set(), tmp_path, refresh=False)
    assert row(tmp_path) == {
        "digest": definition(SLUG).digest,
        "hosts": 2,
        "seconds": 3.5,
        "versions": VERSIONS,
    }


def test_a_run_with_nothing_new_leaves_the_row_as_it_is(tmp_path: Path) -> None:
    ran(tmp_path, 1.0, VERSIONS)
    assert ran(tmp_path, 2.0, VERSIONS)["seconds"] == 1.0
    assert ran(tmp_path, 2.0, {"kubernetes": "1.35.4"})["seconds"] == 1.0


def test_a_new_version_rewrites_the_row_and_keeps_the_other_systems(tmp_path: Path) -> None:
    ran(tmp_path, 1.0, VERSIONS)
    found = ran(tmp_path, 2.0, {"kubernetes": "1.35.5"})
    assert (found["seconds"], found["versions"]) == (2.0, {"kubernetes": "1.35.5", "velero": "1.18.3"})


def test_other_shell_rewrites_the_row_and_forgets_what_ran_beside_the_old_one(tmp_path: Path) -> None:
    ran(tmp_path, 1.0, VERSIONS)
    file(tmp_path).write_text(file(tmp_path).read_text().replace(definition(SLUG).digest, "sha256:old"))
    found = ran(tmp_path, 2.0, {"kubernetes": "1.35.4"})
    assert (found["digest"], found["versions"]) == (definition(SLUG).digest, {"kubernetes": "1.35.4"})


def test_a_refresh_rewrites_every_row_that_ran(tmp_path: Path) -> None:
    ran(tmp_path, 1.0, VERSIONS)
    assert ran(tmp_path, 2.0, VERSIONS, refresh=True)["seconds"] == 2.0


def test_steps_of_a_test_file_that_failed_are_not_written(tmp_path: Path) -> None:
    record = Record()
    record.add(SLUG, "kubernetes", VERSIONS, "workstation", 1.0)
    record.write({"tests/unit/render/test_test_record.py"}, tmp_path, refresh=True)
    assert not file(tmp_path).exists()


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A record of its own that pages read."""
    monkeypatch.setattr(assets, "_ROOTS", (tmp_path, assets._ROOTS[-1]))
    monkeypatch.setattr(test_record, "recorded", recorded.__wrapped__)
    return tmp_path / "record"


def test_pages_claim_a_run_of_the_same_shell_only(shipped: Path) -> None:
    ran(shipped, 1.0, VERSIONS)
    claimed = test_record.proven(definition(SLUG), "kubeadm")
    assert claimed is not None
    assert (claimed.versions, claimed.seconds) == (tuple(VERSIONS.items()), 1.0)
    file(shipped).write_text(file(shipped).read_text().replace(definition(SLUG).digest, "sha256:old"))
    assert test_record.proven(definition(SLUG), "kubeadm") is None


def test_a_step_of_hosts_is_claimed_for_the_distribution_that_it_ran_on(shipped: Path) -> None:
    record = Record()
    record.add("identify-host", "kubeadm", VERSIONS, "cp1", 1.0)
    record.write(set(), shipped, refresh=False)
    assert test_record.proven(definition("identify-host"), "kubeadm") is not None
    assert test_record.proven(definition("identify-host"), "external-etcd") is None


def test_group_that_passed_leaves_its_cases_times_and_versions(tmp_path: Path) -> None:
    figures = Figures(163, 302.6, {"misspelt fields": 115}, {"Flux, removed": [0.9, 2.14]})
    write_group("engines", tmp_path, figures)
    found = tomllib.loads((tmp_path / "groups/engines.toml").read_text())
    assert (found["tests"], found["seconds"]) == (163, 303)
    assert (found["cases"], found["times"]) == ({"misspelt fields": 115}, {"Flux, removed": [0.9, 2.1]})
    assert found["versions"].keys() == {"kubernetes", "argo-cd", "flux"}


@pytest.mark.parametrize("slug", slugs())
def test_proofs_and_pages_claim_the_same_runs(slug: str) -> None:
    run = recorded(slug, ANY_DISTRIBUTION)
    assert executed(slug, ANY_DISTRIBUTION) == (run is not None and run.digest == definition(slug).digest)
