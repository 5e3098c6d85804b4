"""Namespaces: the quota keys, one table with the keys of the type, and labels and annotations that others own."""

from typing import get_args

import pytest

from compiler.model.namespaces import QUOTA_KEYS, QuotaKey
from tests.rules import cases


def test_every_quota_key_has_its_kind() -> None:
    assert tuple(QUOTA_KEYS) == get_args(QuotaKey)


def test_keys_of_requests_and_limits_are_not_counts_of_objects() -> None:
    assert {key for key, kind in QUOTA_KEYS.items() if not kind.counts_objects} == {
        key for key in QUOTA_KEYS if key.startswith(("requests.", "limits."))
    }


@pytest.mark.parametrize(
    ("field", "key", "owner"),
    [
        ("labels", "pod-security.kubernetes.io/enforce", "`podSecurity`"),
        ("labels", "kubernetes.io/metadata.name", "the API server"),
        ("labels", "velero.io/exclude-from-backup", "Velero"),
        ("annotations", "kustomize.toolkit.fluxcd.io/prune", "Flux"),
        ("annotations", "argocd.argoproj.io/sync-options", "Argo CD"),
        ("annotations", "kubectl.kubernetes.io/last-applied-configuration", "kubectl"),
    ],
)
def test_label_or_annotation_of_another_owner_is_refused(field: str, key: str, owner: str) -> None:
    (found,) = cases.check(cases.over_base(f'namespaces: {{shop: {{{field}: {{"{key}": x}}}}}}'))
    assert found.message.startswith(f"`{key}` belongs to {owner}")


@pytest.mark.parametrize("value", ["${HOME}", "{{ x }}", "a\\nb", '"', " x"])
def test_annotation_that_a_template_could_read_is_refused(value: str) -> None:
    (found,) = cases.check(cases.over_base(f"namespaces: {{shop: {{annotations: {{note: '{value}'}}}}}}"))
    assert found.rule == "values-fit-their-field"
