"""The rule compute-quotas-have-defaults against a real API server: is a container that states nothing refused, or filled in?"""

from __future__ import annotations

import json

import pytest

from tests.real.conftest import Count
from tests.real.harness.apiserver import checked
from tests.real.harness.bed import Bed
from tests.rules import cases

RULE = "compute-quotas-have-defaults"
FIELDS = ("none", "default", "defaultRequest", "max", "min")
KEYS = ("requests.cpu", "requests.memory", "limits.cpu", "limits.memory", "requests.ephemeral-storage")
CASES = [(key, field) for key in KEYS for field in FIELDS]
POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "silent"},
    "spec": {"containers": [{"name": "a", "image": "a"}]},
}


@pytest.mark.parametrize(("key", "field"), CASES)
def test_the_rule_says_what_the_api_server_does(bed: Bed, key: str, field: str, count: Count) -> None:
    namespace = f"{key}-{field}".replace(".", "-").lower()
    resource = key.partition(".")[2]
    limits = {} if field == "none" else {field: {resource: "100M"}}
    checked(bed.kubectl("create", "namespace", namespace))
    _apply(bed, namespace, "ResourceQuota", {"hard": {key: "10G"}})
    if limits:
        _apply(bed, namespace, "LimitRange", {"limits": [{"type": "Container", **limits}]})
    bed.control_plane.wait_for(bool, "serviceaccount", "default", "-n", namespace)
    bed.control_plane.wait_for(
        lambda found: "used" in found.get("status", {}), "resourcequota", "kedge", "-n", namespace
    )

    done = bed.kubectl("create", "-n", namespace, "-f", "-", input=json.dumps(POD))

    assert done.returncode == 0 or f"must specify {key}" in done.stderr
    assert (done.returncode != 0) == _said(key, limits)
    count("quota defaults")


def _apply(bed: Bed, namespace: str, kind: str, spec: object) -> None:
    manifest = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "kedge", "namespace": namespace}, "spec": spec}
    checked(bed.apply_ssa(json.dumps(manifest)))


def _said(key: str, limits: object) -> bool:
    """Whether the rule has something to say about a namespace with this quota and these limits."""
    namespace = json.dumps({"quota": {key: "10G"}, "limits": limits})
    return any(found.rule == RULE for found in cases.check(cases.over_base(f"namespaces: {{shop: {namespace}}}")))
