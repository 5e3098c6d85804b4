"""Argo CD itself syncs what `kedge commit` wrote: everything becomes Synced and Healthy, and stays put when it should."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from compiler.kube import meta
from tests.real.argo_fleet import (
    APPLICATIONS,
    BASE,
    LAYERS,
    MONITORING,
    PARENT,
    SIGNER,
    TRACKING,
    WORLD,
    ArgoFleet,
    health_checks,
    marks,
    written,
)
from tests.real.conftest import Count
from tests.real.examples import Object
from tests.real.fleet import bring_prometheus, bring_velero
from tests.real.harness.apiserver import checked
from tests.real.harness.argo import KINDS, NAMESPACE, RECONCILIATION
from tests.real.harness.bed import Bed
from tests.real.harness.toolchain import tool

ROBOT = "robot@example.net"
BAD = ("resourcequota.till.kedge.yaml", "spec:", "spec:\n  nonsense: true")

EVERYBODY_IS_ADMINISTRATOR: Object = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "argocd-rbac-cm", "namespace": NAMESPACE},
    "data": {"policy.default": "role:admin"},
}


@pytest.fixture(scope="module")
def fleet() -> Iterator[ArgoFleet]:
    """The example, compiled, committed and fully synced."""
    with Bed(WORLD) as bed:
        made = ArgoFleet(bed)
        bring_prometheus(bed)
        bring_velero(bed)
        made.commit = made.compile()
        made.deliver()
        made.wait_synced(made.commit)
        yield made


def test_every_layer_is_synced_and_healthy_at_the_commit_that_kedge_made(fleet: ArgoFleet) -> None:
    revisions = {name: found["status"]["sync"]["revision"] for name, found in fleet.argo.applications().items()}
    assert revisions == dict.fromkeys((PARENT, *LAYERS), fleet.commit)


def test_every_object_of_the_output_is_applied_and_tracked_by_annotation(fleet: ArgoFleet, count: Count) -> None:
    layers = ("base", "backup", "monitoring")
    files = [path for layer in layers for path in (fleet.generated / layer).rglob("*.yaml")]
    applied = fleet.applied()
    assert len(applied) == len([path for path in files if path.name != "kustomization.yaml"])
    assert all(marks(found).get(TRACKING, "").startswith(f"{PARENT}-") for found in applied.values())
    count("objects synced by Argo CD", len(applied))


def test_the_base_is_healthy_before_the_other_layers_begin(fleet: ArgoFleet) -> None:
    base = fleet.application(BASE)["status"]["operationState"]["finishedAt"]
    others = [fleet.application(name)["metadata"]["creationTimestamp"] for name in LAYERS if name != BASE]
    assert all(base <= made for made in others)


def test_a_second_sync_of_the_same_commit_writes_nothing(fleet: ArgoFleet) -> None:
    before = fleet.applied()
    for name in LAYERS:
        _sync(fleet, name)
    after = fleet.applied()
    assert {name: written(found) for name, found in after.items()} == {
        name: written(found) for name, found in before.items()
    }


def test_copied_labels_and_tracking_ids_delete_nothing(fleet: ArgoFleet) -> None:
    backup: list[str | Path] = [
        tool("velero"),
        "backup",
        "create",
        "by-hand",
        "--from-schedule",
        "till-offsite",
        "--namespace",
        "velero",
    ]
    checked(fleet.bed.ns.run(backup, env={"KUBECONFIG": str(fleet.bed.control_plane.kubeconfig)}))
    fleet.bed.velero.wait_over("backup", "by-hand")
    schedule = fleet.bed.control_plane.get("schedules.velero.io", "till-offsite", "-n", "velero")
    copied = {"app.kubernetes.io/instance": APPLICATIONS, **schedule["metadata"]["labels"]}
    metadata = {"name": "copied", "namespace": "velero", "labels": copied, "annotations": marks(schedule)}
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}
    checked(fleet.bed.apply_ssa(json.dumps(body)))
    fleet.reconcile(APPLICATIONS)
    time.sleep(2 * RECONCILIATION)
    assert fleet.live("ConfigMap/velero/copied")
    assert fleet.bed.control_plane.get("backups.velero.io", "by-hand", "-n", "velero")


def test_self_heal_brings_back_what_a_person_changes(fleet: ArgoFleet) -> None:
    patch = '{"spec": {"hard": {"pods": "1"}}}'
    checked(fleet.bed.kubectl("patch", "resourcequota", "kedge", "-n", "till", "--type=merge", "-p", patch))
    fleet.bed.control_plane.wait_for(_pods("30"), "resourcequota", "kedge", "-n", "till")


def test_a_bad_object_is_reported_while_the_good_state_stays_and_the_next_commit_is_taken(fleet: ArgoFleet) -> None:
    before = _uids(fleet.applied())
    name, old, new = BAD
    file = fleet.generated / "base" / name
    good = file.read_text()
    file.write_text(good.replace(old, new))
    commit = fleet.repository.commit("a field that no quota has")
    fleet.argo.refresh(BASE)
    fleet.wait_for(BASE, lambda found: "nonsense" in _report(found))
    fleet.wait_synced(commit, MONITORING)
    assert _uids(fleet.applied()) == before
    file.write_text(good)
    fleet.wait_synced(fleet.repository.commit("as it was"))


@pytest.mark.parametrize(("folder", "name"), [("base", BASE), ("delivery/layers", PARENT)])
def test_nothing_of_the_branch_writes_the_configuration_of_argo_cd(fleet: ArgoFleet, folder: str, name: str) -> None:
    before = fleet.repository.git("rev-parse", "HEAD").strip()
    index = fleet.generated / folder / "kustomization.yaml"
    (fleet.generated / folder / "rbac.yaml").write_text(json.dumps(EVERYBODY_IS_ADMINISTRATOR))
    index.write_text(f"{index.read_text()}- rbac.yaml\n")
    fleet.repository.commit("everybody is administrator")
    fleet.argo.refresh(name)
    fleet.wait_for(name, lambda found: "is not permitted in project" in _report(found))
    assert "data" not in fleet.live(f"ConfigMap/{NAMESPACE}/argocd-rbac-cm")
    fleet.repository.git("checkout", "--quiet", before, "--", ".")
    index.with_name("rbac.yaml").unlink()
    fleet.wait_synced(fleet.repository.commit("as it was"))


def test_deleting_the_applications_leaves_what_they_applied(fleet: ArgoFleet) -> None:
    before, commit = _uids(fleet.applied()), fleet.repository.git("rev-parse", "HEAD").strip()
    checked(fleet.bed.kubectl("delete", KINDS[0], "-n", NAMESPACE, "--all", "--timeout=60s"))
    assert fleet.argo.applications() == {}
    fleet.deliver()
    fleet.wait_synced(commit)
    assert _uids(fleet.applied()) == before


def test_only_guarded_objects_outlive_their_files_and_the_applications_return_to_synced(fleet: ArgoFleet) -> None:
    before = fleet.applied()
    fleet.empty_layers()
    fleet.wait_synced(fleet.repository.commit("every object leaves Git"))
    live = {name: fleet.live(name) for name in before}
    kept = {name for name, found in before.items() if _uid(live[name]) == _uid(found)}
    assert kept == {name for name, found in before.items() if meta.KEEP.items() <= marks(found).items()}
    assert kept
    assert kept != set(before)


@pytest.fixture(scope="module")
def failing() -> Iterator[ArgoFleet]:
    """The example with a base that fails, in a cluster whose argocd-cm says nothing of health."""
    with Bed(WORLD) as bed:
        made = ArgoFleet(bed, settings={})
        bring_prometheus(bed)
        made.compile()
        name, old, new = BAD
        file = made.generated / "base" / name
        file.write_text(file.read_text().replace(old, new))
        made.commit = made.repository.commit("a field that no quota has")
        yield made


def test_without_health_checks_the_order_is_not_kept(failing: ArgoFleet) -> None:
    failing.deliver()
    failing.wait_synced(failing.commit, MONITORING)
    failing.wait_for(BASE, lambda found: "nonsense" in _report(found))


def test_with_health_checks_no_layer_comes_before_the_base(failing: ArgoFleet) -> None:
    checked(failing.bed.kubectl("delete", KINDS[0], "-n", NAMESPACE, "--all", "--timeout=60s"))
    failing.argo.configure(health_checks())
    failing.deliver()
    failing.wait_for(BASE, lambda found: "nonsense" in _report(found))
    time.sleep(2 * RECONCILIATION)
    assert set(failing.argo.applications()) == {PARENT, BASE}


def test_where_signers_are_named_only_signed_commits_reach_the_cluster() -> None:
    with Bed(WORLD) as bed:
        fingerprint, key = _signer(bed)
        fleet = ArgoFleet(bed, keys={fingerprint[24:]: key})
        fleet.edit(SIGNER, fingerprint)
        robot = _signing_clone(fleet, fingerprint)
        bring_prometheus(bed)
        signed = fleet.compile(robot, "--push", "origin", "--accept-unsigned")
        fleet.deliver()
        fleet.wait_synced(signed, MONITORING)
        forged = fleet.repository.commit("not signed")
        fleet.argo.refresh(MONITORING)
        fleet.wait_for(MONITORING, lambda found: forged in _report(found))
        assert "not signed, but a signature is required" in _report(fleet.application(MONITORING))


def _signer(bed: Bed) -> tuple[str, str]:
    """Makes a robot's GnuPG key; its fingerprint and its public half."""
    gpg = ["gpg", "--batch", "--quiet", "--passphrase", ""]
    checked(bed.ns.run([*gpg, "--quick-generate-key", ROBOT, "ed25519", "sign", "1d"]))
    listed = checked(bed.ns.run([*gpg, "--with-colons", "--list-keys", ROBOT]))
    fingerprint = next(line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr:"))
    return fingerprint, checked(bed.ns.run([*gpg, "--armor", "--export", ROBOT]))


def _signing_clone(fleet: ArgoFleet, fingerprint: str) -> Path:
    """Makes a robot's bare clone that signs its commits."""
    robot = fleet.bed.folder / "robot.git"
    fleet.repository.commit("the first, so that there is a branch to clone")
    checked(fleet.bed.ns.run(["git", "clone", "--quiet", "--bare", fleet.repository.url, robot]))
    for name, value in (("commit.gpgSign", "true"), ("user.signingKey", fingerprint)):
        checked(fleet.bed.ns.run(["git", "-C", robot, "config", name, value]))
    return robot


def _sync(fleet: ArgoFleet, name: str) -> None:
    """Has an Application synced again at the commit that it has, as `argocd app sync` does, and waits until it was."""
    before = fleet.application(name)["status"]["operationState"]["startedAt"]
    time.sleep(1)  # Argo CD writes whole seconds
    operation = {"operation": {"initiatedBy": {"username": "test"}, "sync": {"syncOptions": ["ServerSideApply=true"]}}}
    patch = json.dumps(operation)
    checked(fleet.bed.kubectl("patch", KINDS[0], name, "-n", NAMESPACE, "--type=merge", "-p", patch))

    def done(found: Object) -> bool:
        state = found["status"]["operationState"]
        return bool(state["startedAt"] != before and state["phase"] == "Succeeded")

    fleet.wait_for(name, done)


def _report(application: Object) -> str:
    """What Argo CD says of an Application: its conditions, its operation and what that says of each object."""
    status = application.get("status", {})
    return json.dumps([status.get("conditions"), status.get("operationState")])


def _pods(hard: str) -> Callable[[Object], bool]:
    return lambda quota: bool(quota["spec"]["hard"]["pods"] == hard)


def _uid(found: Object) -> str:
    return str(found.get("metadata", {}).get("uid"))


def _uids(found: dict[str, Object]) -> dict[str, str]:
    return {name: _uid(one) for name, one in found.items()}
