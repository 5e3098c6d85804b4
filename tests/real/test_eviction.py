"""The Eviction API lets exactly as many pods go as kedge says, for budgets as kedge compiles them.

All cases share one namespace of one control plane. Pods are made by the real controllers from a workload of the kind
that the spec names; no kubelet runs, so their readiness is written through the status subresource.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from compiler.manifests import emit
from compiler.proofs import drain
from tests.real.conftest import Count
from tests.real.examples import Object, prove_text
from tests.real.harness.apiserver import checked
from tests.real.harness.bed import Bed
from tests.real.harness.process import until

NAMESPACE = "eviction"
NODES = 3
ALLOWED, REFUSED, OVERLAPPING = 201, 429, 500


@dataclass(frozen=True)
class Case:
    """A workload with a budget: exactly one of `minAvailable` and `maxUnavailable`."""

    kind: str
    replicas: int
    field: str
    value: int | str

    @property
    def name(self) -> str:
        field = "min" if self.field == "minAvailable" else "max"
        return f"{self.kind}-{self.replicas}-{field}-{self.value}".lower().replace("%", "pct")


def _cases() -> Iterator[Case]:
    """Whole numbers below, at and above the replicas; percentages at and beside every edge where they round."""
    for replicas, field in itertools.product((1, 2, 3, 5), ("minAvailable", "maxUnavailable")):
        for value in sorted({0, 1, replicas - 1, replicas, replicas + 1}):
            yield Case("Deployment", replicas, field, value)
    for replicas, field in itertools.product((3, 7), ("minAvailable", "maxUnavailable")):
        for percent in (0, 1, 33, 34, 50, 66, 67, 100):
            yield Case("Deployment", replicas, field, f"{percent}%")
    for kind, field in itertools.product(("StatefulSet", "DaemonSet"), ("minAvailable", "maxUnavailable")):
        yield Case(kind, NODES, field, 1)
        yield Case(kind, NODES, field, "50%")
    yield Case("Deployment", 0, "minAvailable", 1)
    yield Case("Deployment", 0, "maxUnavailable", "50%")


CASES = list(_cases())
OVERLAP = {"app": "overlap"}, {"app": "overlap", "tier": "front"}  # the first selects the pods of the second too
FIRST, SECOND = "overlap-a", "overlap-b"


def _spec() -> str:
    """A cluster with one workload for each case, and two whose budgets overlap."""
    workloads: dict[str, Any] = {
        case.name: {
            "kind": case.kind,
            "replicas": case.replicas,
            "labels": {"app": case.name},
            "disruptionBudget": {case.field: case.value},
        }
        for case in CASES
    }
    for name, labels in zip((FIRST, SECOND), OVERLAP, strict=True):
        workloads[name] = {"replicas": 2, "labels": labels, "disruptionBudget": {"maxUnavailable": 1}}
    return json.dumps(
        {
            "apiVersion": "kedge/v1alpha1",
            "kind": "ClusterDR",
            "metadata": {"name": "made"},
            "spec": {
                "tier": "lab",
                "distribution": {"name": "kubeadm", "version": "1.35.4"},
                "identity": {"endpoint": "https://10.0.0.1:6443"},
                "people": {"owner": "Nobody"},
                "hosts": {"h1": {"address": "10.0.0.1"}},
                "controlPlane": {"hosts": ["h1"]},
                "namespaces": {NAMESPACE: {"podSecurity": "privileged", "workloads": workloads}},
            },
        }
    )


@dataclass(frozen=True)
class Answers:
    """What kedge said, what the disruption controller computed, and what each eviction of a pod answered, by workload."""

    said: dict[str, drain.Budget]
    overlaps: tuple[drain.Overlap, ...]
    status: dict[str, Object]
    evictions: dict[str, list[int]]


@pytest.fixture(scope="module")
def answers(bed: Bed) -> Answers:
    spec, proofs, plan = prove_text(_spec())
    budgets = [dict(m.body) for m in emit(plan) if m.kind == "PodDisruptionBudget"]
    workloads = spec.spec.namespaces[NAMESPACE].workloads
    checked(bed.kubectl("create", "namespace", NAMESPACE))
    _apply(bed, [*budgets, *map(_node, range(NODES))])
    _apply(bed, [_workload(name, w.kind, w.replicas, dict(w.labels)) for name, w in workloads.items()])
    pods = _pods(bed, {name: workload.replicas for name, workload in workloads.items()})
    _apply(bed, [_ready(pod) for of in pods.values() for pod in of], "--subresource=status")
    status = _status(bed, {name: workload.replicas for name, workload in workloads.items()})
    evictions = _evict(bed, pods)
    return Answers({str(b.path[-2]): b for b in proofs.budgets}, proofs.overlaps, status, evictions)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_disruption_controller_computes_what_kedge_says(case: Case, answers: Answers) -> None:
    status, said = answers.status[case.name], answers.said[case.name]
    assert status["disruptionsAllowed"] == said.allowed


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_as_many_pods_are_evicted_as_kedge_says_and_the_rest_is_refused(
    case: Case, answers: Answers, count: Count
) -> None:
    allowed = answers.said[case.name].allowed
    assert answers.evictions[case.name] == [ALLOWED] * allowed + [REFUSED] * (case.replicas - allowed)
    count("eviction")


def test_pods_under_two_budgets_cannot_be_evicted_as_the_overlap_says(answers: Answers, count: Count) -> None:
    assert [(overlap.path[3:5], overlap.other) for overlap in answers.overlaps] == [(("workloads", SECOND), FIRST)]
    assert answers.evictions[SECOND] == [OVERLAPPING, OVERLAPPING]
    count("eviction")


def _apply(bed: Bed, objects: list[Object], *options: str) -> None:
    listing = {"apiVersion": "v1", "kind": "List", "items": objects}
    checked(bed.kubectl("apply", "--server-side", "--validate=strict", *options, "-f", "-", input=json.dumps(listing)))


def _node(number: int) -> Object:
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": f"node-{number}"}}


def _workload(name: str, kind: str, replicas: int, labels: dict[str, str]) -> Object:
    containers = [{"name": "app", "image": "registry.example.net/app:1"}]
    spec: dict[str, Any] = {
        "selector": {"matchLabels": {"workload": name}},
        "template": {"metadata": {"labels": labels | {"workload": name}}, "spec": {"containers": containers}},
    }
    if kind != "DaemonSet":
        spec |= {"replicas": replicas}
        spec["template"]["spec"]["nodeName"] = "node-0"
    if kind == "StatefulSet":
        spec |= {"serviceName": name, "podManagementPolicy": "Parallel"}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": spec,
    }


def _pods(bed: Bed, replicas: dict[str, int]) -> dict[str, list[str]]:
    """Names of the pods by workload, once the controllers have made all of them."""
    found: dict[str, list[str]] = {}

    def complete() -> bool:
        found.clear()
        for pod in bed.control_plane.get("pods", "-n", NAMESPACE).get("items", []):
            found.setdefault(pod["metadata"]["labels"]["workload"], []).append(pod["metadata"]["name"])
        return {name: len(found.get(name, [])) for name in replicas} == replicas

    until(complete, "every pod made", timeout=60, pause=0.3)
    return {name: found.get(name, []) for name in replicas}


def _ready(pod: str) -> Object:
    status = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": pod, "namespace": NAMESPACE},
        "status": status,
    }


def _status(bed: Bed, replicas: dict[str, int]) -> dict[str, Object]:
    """Status of every budget by name, once the disruption controller has seen every pod ready, or has given up."""
    found: dict[str, Object] = {}

    def unsettled() -> dict[str, Object]:
        for budget in bed.control_plane.get("poddisruptionbudgets", "-n", NAMESPACE)["items"]:
            found[budget["metadata"]["name"]] = budget
        return {name: budget["status"] for name, budget in found.items() if not _settled(budget, replicas)}

    try:
        until(lambda: not unsettled(), "every budget computed", timeout=60, pause=0.3)
    except TimeoutError as fault:
        raise TimeoutError(f"{fault}: {unsettled()}") from None
    return {name: budget["status"] for name, budget in found.items()}


def _settled(budget: Object, replicas: dict[str, int]) -> bool:
    name, status = budget["metadata"]["name"], budget.get("status", {})
    if name in (FIRST, SECOND):
        return True  # for a pod under two budgets the controller wakes one of them, and the other stays as it was
    current = status.get("observedGeneration") == budget["metadata"]["generation"]
    failed = any(c["reason"] == "SyncFailed" for c in status.get("conditions", []))
    return current and (failed or status.get("currentHealthy") == replicas[name])


def _evict(bed: Bed, pods: dict[str, list[str]]) -> dict[str, list[int]]:
    """Asks the Eviction API for every pod, one after the other on one connection; HTTP status by workload."""
    access = json.loads(bed.control_plane.kubeconfig.read_text())
    cluster, token = access["clusters"][0]["cluster"], access["users"][0]["user"]["token"]
    asked = [(name, pod) for name, of in pods.items() for pod in of]
    lines = []
    for _, pod in asked:
        body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": pod, "namespace": NAMESPACE}}
        lines += [
            f'url = "{cluster["server"]}/api/v1/namespaces/{NAMESPACE}/pods/{pod}/eviction"',
            f'cacert = "{cluster["certificate-authority"]}"',
            f'header = "Authorization: Bearer {token}"',
            'header = "Content-Type: application/json"',
            f"data = {json.dumps(json.dumps(body))}",
            'output = "/dev/null"',
            r'write-out = "%{http_code}\n"',
            "next",
        ]
    done = bed.ns.run(["curl", "--silent", "--max-time", "60", "--config", "-"], input="\n".join(lines[:-1]))
    codes = map(int, checked(done).split())
    found: dict[str, list[int]] = {name: [] for name in pods}
    for (name, _), code in zip(asked, codes, strict=True):
        found[name].append(code)
    return found
