"""What the objects of payments-eu do to pods: quota, defaults, limits, Pod Security and priority in a managed namespace."""

from __future__ import annotations

import copy
import json
import subprocess
from typing import Any

import pytest

from tests.real.conftest import Count, Standing
from tests.real.examples import Object

NAMESPACE = "payments"
QUOTA = "kedge"
pytestmark = pytest.mark.parametrize("standing", ["payments-eu"], indirect=True)

# A pod that the level restricted admits.
POD: Object = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"generateName": "probe-", "namespace": NAMESPACE},
    "spec": {
        "securityContext": {"runAsNonRoot": True, "runAsUser": 10001, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [
            {
                "name": "app",
                "image": "registry.example.net/app:1",
                "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
            }
        ],
    },
}


@pytest.fixture
def namespace(standing: Standing) -> Standing:
    """The namespace in use: its account made, its quota counted."""
    api = standing.bed.control_plane
    api.wait_for(bool, "serviceaccount", "default", "-n", NAMESPACE)
    api.wait_for(lambda found: "used" in found.get("status", {}), "resourcequota", QUOTA, "-n", NAMESPACE)
    return standing


def _create(standing: Standing, pod: Object) -> subprocess.CompletedProcess[str]:
    return standing.bed.kubectl("create", "-o", "json", "-f", "-", input=json.dumps(pod))


def _created(standing: Standing, pod: Object) -> Object:
    """The pod as the API made it; it is gone again when this returns, so that no test counts against another's quota."""
    done = _create(standing, pod)
    assert done.returncode == 0, done.stderr
    made: Object = json.loads(done.stdout)
    standing.bed.kubectl("delete", "pod", made["metadata"]["name"], "-n", NAMESPACE, "--now")
    return made


def _with(container: dict[str, Any] | None = None, **spec: object) -> Object:
    """The pod with other fields in its spec, or in its one container."""
    pod = copy.deepcopy(POD)
    pod["spec"] |= spec
    pod["spec"]["containers"][0] |= container or {}
    return pod


def test_a_pod_over_the_quota_is_refused(namespace: Standing, count: Count) -> None:
    done = _create(namespace, _with({"resources": {"requests": {"cpu": "25"}}}))
    assert done.returncode != 0
    assert (
        "exceeded quota: kedge, requested: requests.cpu=25, used: requests.cpu=0, limited: requests.cpu=24"
        in done.stderr
    )
    count("enforcement")


def test_a_pod_that_states_nothing_gets_the_defaults(namespace: Standing, count: Count) -> None:
    (container,) = _created(namespace, POD)["spec"]["containers"]
    assert container["resources"] == {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}}
    count("enforcement")


def test_a_container_over_the_maximum_is_refused(namespace: Standing, count: Count) -> None:
    done = _create(namespace, _with({"resources": {"limits": {"memory": "17Gi"}}}))
    assert done.returncode != 0
    assert "maximum memory usage per Container is 16Gi, but limit is 17Gi" in done.stderr
    count("enforcement")


@pytest.mark.parametrize(
    "pod",
    [
        _with({"securityContext": {"privileged": True}}),
        _with(hostNetwork=True),
        _with(securityContext={}),
        _with(volumes=[{"name": "etc", "hostPath": {"path": "/etc"}}]),
    ],
    ids=["privileged", "host-network", "any-user", "host-path"],
)
def test_a_pod_below_the_level_restricted_is_refused(namespace: Standing, pod: Object, count: Count) -> None:
    done = _create(namespace, pod)
    assert done.returncode != 0
    assert f'violates PodSecurity "restricted:v{namespace.example.plan.cluster.kubernetes.minor}"' in done.stderr
    count("enforcement")


def test_a_named_priority_gives_its_value(namespace: Standing, count: Count) -> None:
    spec = _created(namespace, _with(priorityClassName="critical"))["spec"]
    assert (spec["priority"], spec["preemptionPolicy"]) == (3000000, "PreemptLowerPriority")
    count("enforcement")


def test_a_pod_without_priority_gets_the_default_class(namespace: Standing, count: Count) -> None:
    spec = _created(namespace, POD)["spec"]
    assert (spec["priorityClassName"], spec["priority"], spec["preemptionPolicy"]) == ("batch", 1000000, "Never")
    count("enforcement")
