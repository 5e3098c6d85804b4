"""Flux's own controllers sync what `kedge commit` wrote: everything becomes Ready, and stays put when it should."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.real.conftest import Count
from tests.real.examples import BY_FLUX, Object
from tests.real.fleet import FLUX, OUTSIDE, Fleet, bring_prometheus, bring_velero
from tests.real.harness.apiserver import checked
from tests.real.harness.bed import Bed

ROBOT = "robot@example.net"
GUARD = "kustomize.toolkit.fluxcd.io/prune"


@pytest.fixture(scope="module", params=BY_FLUX)
def fleet(request: pytest.FixtureRequest) -> Iterator[Fleet]:
    """One example, compiled, committed and fully synced."""
    with Bed(OUTSIDE) as bed:
        made = Fleet(bed, request.param)
        made.commit = made.compile()
        bring_prometheus(bed)
        if (made.generated / "backup" / "applications").is_dir():
            bring_velero(bed)
        made.deliver()
        made.wait_applied(made.commit)
        yield made


def test_every_layer_is_ready_at_the_commit_that_kedge_made(fleet: Fleet) -> None:
    revisions = {ks["metadata"]["name"]: ks["status"]["lastAppliedRevision"] for ks in fleet.kustomizations()}
    assert set(revisions.values()) == {f"main@sha1:{fleet.commit}"}
    assert len(revisions) == len(list((fleet.generated / "delivery").glob("kustomization.flux-system.*")))


def test_every_object_of_the_output_is_applied(fleet: Fleet, count: Count) -> None:
    layers = ("base", "backup", "monitoring")
    files = [path for layer in layers for path in (fleet.generated / layer).rglob("*.yaml")]
    objects = [path for path in files if path.name != "kustomization.yaml"]
    applied = fleet.applied()
    assert len(applied) == len(objects)
    assert all(applied.values())
    count("objects synced by Flux", len(applied))


def test_velero_accepts_locations_and_schedules(fleet: Fleet) -> None:
    phases = {
        name: found["status"]["phase"] for name, found in fleet.applied().items() if "velero.io" in found["apiVersion"]
    }
    assert set(phases.values()) <= {"Available", "Enabled"}
    assert bool(phases) == (fleet.generated / "backup" / "applications").is_dir()


def test_a_second_sync_of_the_same_commit_writes_nothing(fleet: Fleet) -> None:
    before, events = fleet.applied(), _events(fleet)
    fleet.reconcile_at(fleet.commit)
    assert {name: _written(found) for name, found in fleet.applied().items()} == {
        name: _written(found) for name, found in before.items()
    }
    assert _events(fleet) == events


def test_deleting_the_sync_objects_leaves_what_they_applied(fleet: Fleet) -> None:
    before = _uids(fleet.applied())
    checked(fleet.bed.kubectl("delete", "kustomization", "-n", FLUX, "--all", "--timeout=60s"))
    assert fleet.kustomizations() == []
    fleet.deliver()
    fleet.wait_applied(fleet.commit)
    assert _uids(fleet.applied()) == before


def test_only_guarded_objects_outlive_their_files(fleet: Fleet) -> None:
    before = fleet.applied()
    fleet.empty_layers()
    fleet.reconcile_at(fleet.repository.commit("every object leaves Git"))
    live = {name: fleet.live(name) for name in before}
    kept = {name for name, found in before.items() if _uid(live[name]) == _uid(found)}
    assert kept == {name for name, found in before.items() if GUARD in found["metadata"].get("annotations", {})}
    objects = json.loads((fleet.generated / "BUILD.json").read_text())["objects"]
    guarded = {f"{o['kind']}/{o['namespace'] or ''}/{o['name']}" for o in objects if o["guard"]}
    assert {"/".join([name.partition(".")[0], *name.split("/")[1:]]) for name in kept} == guarded


def test_without_velero_the_other_layers_are_applied_and_its_own_follows_when_it_comes() -> None:
    with Bed(OUTSIDE) as bed:
        fleet = Fleet(bed, "payments-eu")
        bring_prometheus(bed)
        commit = fleet.compile()
        fleet.deliver()
        fleet.wait_applied(commit, "base", "backup-control-plane", "monitoring")
        assert "no matches for kind" in _refusal(bed, "kustomization", "kedge-payments-eu-backup-applications")
        bring_velero(bed)
        fleet.reconcile_at(commit)


def test_where_signers_are_named_only_signed_commits_reach_the_cluster() -> None:
    with Bed(OUTSIDE) as bed:
        fleet = Fleet(bed, "madrid-lab", signed=True)
        robot = _signing_clone(fleet)
        bring_prometheus(bed)
        signed = fleet.compile(robot, "--push", "origin", "--accept-unsigned")
        fleet.deliver()
        fleet.wait_applied(signed)
        forged = fleet.repository.commit("not signed")
        bed.flux.reconcile("gitrepository/kedge-madrid-lab")
        refused = _refusal(bed, "gitrepository", "kedge-madrid-lab")
        assert "signature" in refused
        assert forged in refused
        fleet.reconcile(*(ks["metadata"]["name"] for ks in fleet.kustomizations()))
        fleet.wait_applied(signed)


def _signing_clone(fleet: Fleet) -> Path:
    """Makes a robot's bare clone that signs its commits, and the Secret by which Flux knows the robot."""
    bed, robot = fleet.bed, fleet.bed.folder / "robot.git"
    gpg = ["gpg", "--batch", "--quiet", "--passphrase", ""]
    checked(bed.ns.run([*gpg, "--quick-generate-key", ROBOT, "ed25519", "sign", "1d"]))
    key = checked(bed.ns.run([*gpg, "--armor", "--export", ROBOT]))
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "dr-signers", "namespace": FLUX}}
    bed.flux  # noqa: B018 - makes its namespace
    checked(bed.apply_ssa(json.dumps({**secret, "stringData": {"robot.asc": key}})))
    fleet.repository.commit("the first, so that there is a branch to clone")
    checked(bed.ns.run(["git", "clone", "--quiet", "--bare", fleet.repository.url, robot]))
    for name, value in (("commit.gpgSign", "true"), ("user.signingKey", ROBOT)):
        checked(bed.ns.run(["git", "-C", robot, "config", name, value]))
    return robot


def _refusal(bed: Bed, kind: str, name: str) -> str:
    """What Flux says of an object that is not Ready, once it has said it."""

    def condition(found: Object) -> Object:
        return next((c for c in found["status"].get("conditions", []) if c["type"] == "Ready"), {})

    bed.control_plane.wait_for(lambda found: condition(found).get("status") == "False", kind, name, "-n", FLUX)
    return str(condition(bed.control_plane.get(kind, name, "-n", FLUX))["message"])


def _uid(found: Object) -> str:
    return str(found.get("metadata", {}).get("uid"))


def _uids(found: dict[str, Object]) -> dict[str, str]:
    return {name: _uid(one) for name, one in found.items()}


def _written(found: Object) -> str:
    """What Flux could have written: the object without its status and without what only the status moves."""
    metadata = {k: v for k, v in found["metadata"].items() if k != "resourceVersion" or "status" not in found}
    metadata["managedFields"] = [m for m in metadata.get("managedFields", []) if m.get("subresource") != "status"]
    return json.dumps({**found, "metadata": metadata, "status": None}, sort_keys=True)


def _events(fleet: Fleet) -> list[tuple[str, str]]:
    """Flux's events that report an object created, configured or deleted."""
    events: list[dict[str, Any]] = fleet.bed.control_plane.get("events", "-n", FLUX)["items"]
    return [(e["metadata"]["name"], e["message"]) for e in events if e["reason"] == "Progressing"]
