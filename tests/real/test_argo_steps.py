"""The steps of Argo CD, pasted from the pages: while they hold, Argo CD brings nothing back, and afterwards everything."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.real.argo_fleet import CLUSTER, LAYERS, PARENT, WORLD, ArgoFleet, marks
from tests.real.conftest import Count
from tests.real.fleet import bring_prometheus, bring_velero
from tests.real.harness.apiserver import checked
from tests.real.harness.argo import RECONCILIATION, SETS
from tests.real.harness.bed import Bed
from tests.real.harness.process import until
from tests.real.page import Output, PageRun, Workstation
from tests.real.payments import fingerprint
from tests.real.record import Record, versions

DECLARED_CA = "591785b794601e212b260e25925636fd0a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d"
NAMESPACE, QUOTA = "till", ("resourcequota", "kedge", "-n", "till")
SKIP = "argocd.argoproj.io/skip-reconcile"
RESTORED = """
apiVersion: v1
kind: Namespace
metadata: {name: till}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: kedge, namespace: till}
spec: {hard: {pods: "1"}}
"""


GENERATED = """
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: default, namespace: argocd}
spec: {sourceRepos: ["*"], destinations: [{namespace: "*", server: "*"}]}
---
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: tenants, namespace: argocd}
spec:
  generators: [{list: {elements: [{name: guestbook}]}}]
  template:
    metadata: {name: "{{name}}"}
    spec:
      project: default
      source: {repoURL: "https://git.example.net/platform/dr.git", path: guestbook, targetRevision: main}
      destination: {server: "https://kubernetes.default.svc", namespace: till}
"""


@dataclass(frozen=True)
class Restore:
    """What the steps printed, and what was seen between suspending and resuming."""

    outputs: dict[str, Output]
    suspended: set[str]
    recreated: bool
    pods_before: str
    pods_after: str


@pytest.fixture(scope="module")
def restore(record: Record) -> Iterator[Restore]:
    """The namespace is deleted and made again, as a restore does, between the page's own blocks."""
    with Bed(WORLD) as bed:
        fleet = ArgoFleet(bed)
        fleet.edit(DECLARED_CA, fingerprint(bed))
        bring_prometheus(bed)
        bring_velero(bed)
        fleet.commit = fleet.compile()
        fleet.deliver()
        fleet.wait_synced(fleet.commit)
        desk = Workstation(bed.ns, bed.control_plane.client_configuration(f"https://{CLUSTER}.example.net:6443"))
        yield _between(fleet, desk, record)


def _between(fleet: ArgoFleet, desk: Workstation, record: Record) -> Restore:
    bed, run = fleet.bed, versions("kubernetes")
    pages = fleet.generated / "runbooks"
    deleted, missing = (
        PageRun(pages / name, record=record, versions=run) for name in ("namespace-deleted.md", "backup-missing.md")
    )
    outputs = {"identify": deleted.run("identify-cluster", desk), "before": missing.run("check-argo-sync", desk)}
    deleted.run("choose-namespace", desk, NAMESPACE)
    outputs["suspend"] = deleted.run("suspend-argo", desk)
    checked(bed.kubectl("delete", "namespace", NAMESPACE, "--timeout=90s"))
    _touch_git(fleet)
    recreated = bool(bed.control_plane.get("namespace", NAMESPACE))
    checked(bed.apply_ssa(RESTORED))
    _touch_git(fleet)
    outputs["during"] = missing.run("check-argo-sync", desk)
    suspended = {name for name, found in fleet.argo.applications().items() if marks(found).get(SKIP) == "true"}
    before = str(bed.control_plane.get(*QUOTA)["spec"]["hard"]["pods"])
    outputs["resume"] = deleted.run("resume-argo", desk)
    fleet.wait_synced(fleet.repository.git("rev-parse", "HEAD").strip())
    outputs["after"] = missing.run("check-argo-sync", desk)
    after = str(bed.control_plane.get(*QUOTA)["spec"]["hard"]["pods"])
    return Restore(outputs, suspended, recreated, before, after)


def _touch_git(fleet: ArgoFleet) -> None:
    """A new commit, which Argo CD is asked to take, and the time in which it would."""
    fleet.repository.commit("another commit")
    fleet.argo.refresh(PARENT, *LAYERS)
    time.sleep(3 * RECONCILIATION)


def test_all_applications_are_listed_as_synced(restore: Restore, count: Count) -> None:
    assert restore.outputs["before"].last == f"OK: 5 of 5 Applications of {CLUSTER} are synced and healthy"
    count("runbook steps pasted", len(restore.outputs))


def test_every_application_is_suspended_and_its_parent_leaves_it_so(restore: Restore) -> None:
    assert restore.outputs["suspend"].last == "OK: suspended 5 Applications"
    assert restore.suspended == {PARENT, *LAYERS}


def test_argo_cd_does_not_work_against_a_restore(restore: Restore) -> None:
    assert not restore.recreated
    assert restore.pods_before == "1"


def test_what_is_suspended_is_named(restore: Restore) -> None:
    said = restore.outputs["during"].last
    assert all(f"{name} (suspended)" in said for name in (PARENT, *LAYERS))


def test_resuming_brings_back_what_git_has(restore: Restore) -> None:
    assert restore.outputs["resume"].last == "OK: resumed 5 Applications"
    assert restore.pods_after == "30"
    assert restore.outputs["after"].last == restore.outputs["before"].last


def test_what_an_application_set_generates_is_suspended_once_its_controller_is_off() -> None:
    with Bed(WORLD) as bed:
        fleet = ArgoFleet(bed)
        fleet.argo.start_sets()
        fleet.edit(DECLARED_CA, fingerprint(bed))
        fleet.compile()
        checked(bed.apply_ssa(GENERATED))
        until(
            lambda: bool(fleet.application("guestbook")), "an Application is generated", fleet.argo.processes[SETS], 60
        )
        desk = Workstation(bed.ns, bed.control_plane.client_configuration(f"https://{CLUSTER}.example.net:6443"))
        page = PageRun(fleet.generated / "runbooks" / "namespace-deleted.md")
        page.run("identify-cluster", desk)
        checked(bed.kubectl("create", "namespace", NAMESPACE))
        page.run("choose-namespace", desk, NAMESPACE)
        stopped = page.run_stops("suspend-argo", desk)
        assert "an ApplicationSet would resume argocd/guestbook" in stopped.last
        _annotate(bed)
        fleet.wait_for("guestbook", lambda found: bool(found) and SKIP not in marks(found))
        (line,) = (line for line in stopped.text.splitlines() if "--replicas=0" in line)
        checked(bed.kubectl(*line.partition("#")[0].split()[1:]))
        fleet.argo.processes[SETS].stop()  # as the Deployment's controller and a kubelet would
        assert page.run("suspend-argo", desk).last == "OK: suspended 1 Applications"
        time.sleep(3 * RECONCILIATION)
        assert marks(fleet.application("guestbook"))[SKIP] == "true"


def _annotate(bed: Bed) -> None:
    checked(bed.kubectl("annotate", "-n", "argocd", "applications.argoproj.io", "guestbook", f"{SKIP}=true"))
