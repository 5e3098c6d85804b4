"""The objects of Argo CD: projects permit what the parent and the layers write and no more, and waves follow the layers' order."""

from typing import Any

import pytest

from compiler import manifests
from compiler.kube.layer import LAYERS
from compiler.plan.plan import Plan
from compiler.render.gate import BUILT_IN, CUSTOM
from tests.rules import cases

ARGO = "gitops: {argo: {url: 'https://git.example.net/dr.git', %s}}"
SPEC = """
namespaces: {shop: {quota: {pods: 3}, limits: {default: {memory: 1Gi}}}}
priorities: {critical: {value: 1000}}
backups:
  applications:
    shop: {namespaces: [shop], schedule: "0 3 * * *", retention: 14d, to: [offsite]}
"""
DELIVERING = {"AppProject", "Application", "GitRepository", "Kustomization"}


def _plan(stated: str = "") -> Plan:
    decided = cases.judged(cases.files(cases.over_base(SPEC + ARGO % stated))).plan
    assert decided is not None
    return decided


def _projects(stated: str = "") -> dict[str, dict[str, Any]]:
    """The spec of each project by its name."""
    objects = manifests.emit(_plan(stated))
    return {one.name: dict(one.body)["spec"] for one in objects if one.kind == "AppProject"}  # type: ignore[misc]


def _permitted(spec: dict[str, Any]) -> set[tuple[str, str]]:
    return {
        (kind["group"], kind["kind"]) for key in ("cluster", "namespace") for kind in spec[f"{key}ResourceWhitelist"]
    }


def test_the_project_of_the_layers_permits_exactly_the_kinds_that_kedge_may_write() -> None:
    written = {(api.rpartition("/")[0], kind) for api, kind in BUILT_IN | CUSTOM if kind not in DELIVERING}
    assert _permitted(_projects()["kedge-case"]) == written


def test_the_project_of_the_parent_permits_applications_of_argo_cd_and_nothing_else() -> None:
    spec = _projects("namespace: sync")["kedge-case-parent"]
    assert _permitted(spec) == {("argoproj.io", "Application")}
    assert [one["namespace"] for one in spec["destinations"]] == ["sync"]


def test_every_object_of_the_layers_is_in_a_namespace_that_its_project_permits() -> None:
    objects = manifests.emit(_plan("namespace: sync"))
    permitted = {one["namespace"] for one in _projects("namespace: sync")["kedge-case"]["destinations"]}
    assert {one.namespace for one in objects if one.namespace and one.kind not in DELIVERING} <= permitted
    assert not permitted & {"kube-system", "sync"}


def test_every_application_deploys_by_its_own_project_to_a_namespace_that_it_permits() -> None:
    projects = _projects()
    applications = [one for one in manifests.emit(_plan()) if one.kind == "Application"]
    for one in applications:
        spec: dict[str, Any] = dict(one.body)["spec"]  # type: ignore[assignment]
        assert spec["project"] == ("kedge-case-parent" if one.layer == "delivery" else "kedge-case")
        assert spec["destination"] in projects[spec["project"]]["destinations"]


def test_waves_follow_what_comes_before_a_layer() -> None:
    waves = {
        one.name.removeprefix("kedge-case-"): int(one.body["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"])  # type: ignore[index]
        for one in manifests.emit(_plan())
        if one.layer == "delivery-layers"
    }
    assert waves["base"] == 0
    assert all(waves[layer.name] > waves[name] for layer in LAYERS if layer.name in waves for name in layer.after)


def test_signers_become_signature_keys() -> None:
    fingerprint = "A81C3B5D0E7F9264A1B3C5D7E9F0123456789ABC"
    projects = _projects(f"signers: [{fingerprint}]")
    assert [spec["signatureKeys"] for spec in projects.values()] == [[{"keyID": fingerprint}]] * 2


@pytest.mark.parametrize("stated", ["", "signers: [A81C3B5D0E7F9264A1B3C5D7E9F0123456789ABC], project: recovery"])
def test_no_application_has_a_finalizer_that_deletes_what_it_applied(stated: str) -> None:
    applications = [one for one in manifests.emit(_plan(stated)) if one.kind == "Application"]
    assert applications
    assert not any("finalizers" in str(one.body["metadata"]) for one in applications)
