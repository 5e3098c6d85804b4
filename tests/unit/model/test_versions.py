"""Distribution and versions: what is supported is named where something else is stated; an upgrade states two versions."""

import pytest

from compiler.findings.finding import Severity
from compiler.model.checks import Versions, kubernetes
from compiler.pipeline import build
from tests.rules import cases

UPGRADE = "distribution: {version: {from: 1.34.8, to: 1.35.4}}"


@pytest.mark.parametrize("version", ["1.34.0", "1.35.9", "1.36.3"])
def test_each_supported_minor_validates_without_an_error(version: str) -> None:
    checked = cases.judged(cases.files(cases.over_base(f"distribution: {{version: {version}}}")))
    assert checked.plan is not None
    assert {f.severity for f in checked.findings} <= {Severity.NOTE}


@pytest.mark.parametrize("version", ["1.33.2", "1.37.0", "1.35", "v1.35.4", "1.35.04"])
def test_another_version_is_refused_with_those_that_are_supported(version: str) -> None:
    (found,) = cases.check(cases.over_base(f'distribution: {{version: "{version}"}}'))
    assert (
        f"Kubernetes '{version}' is not a supported release: kedge supports Kubernetes 1.34, 1.35 and 1.36"
        in found.message
    )


def test_another_velero_is_refused_with_those_that_are_supported() -> None:
    (found,) = cases.check(cases.over_base("backups: {velero: {version: 1.15.2}}"))
    assert "kedge supports Velero 1.16, 1.17 and 1.18, written with the patch, such as 1.18.3" in found.message


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("kind", "kind makes clusters for tests"),
        ("minikube", "Minikube makes clusters for tests"),
        ("k3d", "k3d makes clusters for tests"),
        ("docker-desktop", "Docker Desktop makes clusters for tests"),
        ("kubadm", "'kubadm' is not a supported distribution: kedge supports kubeadm and managed"),
    ],
)
def test_another_distribution_is_refused_by_name(name: str, sentence: str) -> None:
    found = cases.check(cases.over_base(f"distribution: {{name: {name}}}"))
    assert sentence in found[0].message


def test_an_upgrade_has_the_lower_and_the_higher_version() -> None:
    assert kubernetes({"from": "1.34.8", "to": "1.35.4"}) == Versions("1.34.8", "1.35.4")
    assert kubernetes({"from": "1.34.8", "to": "1.35.4"}).minors == ("1.34", "1.35")
    assert kubernetes({"from": "1.35.4", "to": "1.35.10"}).minors == ("1.35",)


@pytest.mark.parametrize(
    ("stated", "sentence"),
    [
        ("{from: 1.34.1, to: 1.36.1}", "upgrades one minor at a time"),
        ("{from: 1.35.4, to: 1.34.8}", "1.34.8 is not later than 1.35.4"),
        ("{from: 1.35.4, to: 1.35.4}", "1.35.4 is not later than 1.35.4"),
        ("{from: 1.33.4, to: 1.34.4}", "Kubernetes '1.33.4' is not a supported release"),
        ("{from: 1.34.4}", "a mapping of `from` and `to`"),
        ("{from: 1.34.4, to: 1.35.4, via: x}", "a mapping of `from` and `to`"),
        ("[1.34.4, 1.35.4]", "a mapping of `from` and `to`"),
    ],
)
def test_an_upgrade_that_cannot_be_is_refused(stated: str, sentence: str) -> None:
    (found,) = cases.check(cases.over_base(f"distribution: {{version: {stated}}}"))
    assert sentence in found.message


def test_during_an_upgrade_the_output_fits_both_minors_and_pods_are_judged_by_the_lower() -> None:
    checked = cases.judged(cases.files(cases.over_base(f"{UPGRADE}\nnamespaces: {{shop: {{}}}}")))
    assert checked.plan is not None
    output = build(checked)
    assert b"pod-security.kubernetes.io/enforce-version: v1.34" in output["base/namespace.shop.yaml"]
    job = output["backup/control-plane/cronjob.kedge-backup.etcd-snapshot.yaml"]
    assert b'"1.34.8-to-1.35.4"' in job or b"value: 1.34.8-to-1.35.4" in job
    assert "Kubernetes 1.34.8 → 1.35.4" in output["runbooks/README.md"].decode()
