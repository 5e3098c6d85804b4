"""The objects of Argo CD: the project permits the kinds and namespaces of the layers, and waves follow their order."""

from typing import Any

import pytest

from compiler import manifests
from compiler.kube.layer import LAYERS
from compiler.kube.manifest import Manifest
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


def _one(objects: tuple[Manifest, ...], kind: str) -> dict[str, Any]:
    body: dict[str, Any] = next(dict(one.body) for one in objects if one.kind == kind)
    return body


def test_the_project_permits_exactly_the_kinds_that_kedge_may_write() -> None:
    spec = _one(manifests.emit(_plan()), "AppProject")["spec"]
    listed = {
        (kind["group"], kind["kind"]) for key in ("cluster", "namespace") for kind in spec[f"{key}ResourceWhitelist"]
    }
    written = {(api.rpartition("/")[0], kind) for api, kind in BUILT_IN | CUSTOM if kind not in DELIVERING}
    assert listed == written | {("argoproj.io", "Application")}


def test_every_object_of_the_layers_is_in_a_namespace_that_the_project_permits() -> None:
    objects = manifests.emit(_plan("namespace: sync"))
    permitted = {one["namespace"] for one in _one(objects, "AppProject")["spec"]["destinations"]}
    assert {one.namespace for one in objects if one.namespace} <= permitted
    assert "kube-system" not in permitted


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
    spec = _one(manifests.emit(_plan(f"signers: [{fingerprint}]")), "AppProject")["spec"]
    assert spec["signatureKeys"] == [{"keyID": fingerprint}]


@pytest.mark.parametrize("stated", ["", "signers: [A81C3B5D0E7F9264A1B3C5D7E9F0123456789ABC], project: recovery"])
def test_no_application_has_a_finalizer_that_deletes_what_it_applied(stated: str) -> None:
    applications = [one for one in manifests.emit(_plan(stated)) if one.kind == "Application"]
    assert applications
    assert not any("finalizers" in str(one.body["metadata"]) for one in applications)
