"""What an API server stores of a pod that states no more than it has to: the fields that it fills, and with what.

The sources are pkg/apis/core/v1/defaults.go and the admission plugins that are on by default; a test compares the result with
what the API server of each supported minor stores.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Fields = Mapping[str, Any]

_POD: Fields = {"dnsPolicy": "ClusterFirst", "schedulerName": "default-scheduler", "terminationGracePeriodSeconds": 30}
_CONTAINER: Fields = {"terminationMessagePath": "/dev/termination-log"}
_PRIORITIES: Mapping[str, int] = {"system-cluster-critical": 2_000_000_000}
_PREEMPTION = "PreemptLowerPriority"
PULL_POLICIES = ("IfNotPresent", "Always")
"""How an image that is named by its digest is pulled; `Always` is what the admission plugin AlwaysPullImages makes of it."""
ADDED_TOLERATIONS = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
"""Keys that the admission plugin DefaultTolerationSeconds adds a toleration for, with seconds that the API server's flags set."""


def stored(pod: Fields) -> dict[str, Any]:
    """Return a pod's `spec` as it is stored, but for the tolerations above and the pull policy of its containers."""
    priority = {"priority": _PRIORITIES[pod["priorityClassName"]], "preemptionPolicy": _PREEMPTION}
    containers = {field: [_container(c) for c in pod[field]] for field in ("initContainers", "containers")}
    return {**pod, **_POD, **priority, "serviceAccount": pod["serviceAccountName"], **containers}


def _container(stated: Fields) -> Fields:
    environment: Sequence[Fields] = [_variable(variable) for variable in stated.get("env", ())]
    return {**stated, **_CONTAINER, **({"env": environment} if environment else {})}


def _variable(stated: Fields) -> Fields:
    """A field of the pod is stored with the version of the API that names it."""
    if "valueFrom" in stated:
        return {**stated, "valueFrom": {"fieldRef": {"apiVersion": "v1", **stated["valueFrom"]["fieldRef"]}}}
    return stated
