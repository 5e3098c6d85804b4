"""A snapshot job whose pod is refused ends as a failure that the alert sees; one from before a change of the policy succeeds.

The change that nobody asked for comes from a LimitRange, which every API server applies as an injecting webhook would.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from compiler.manifests.snapshot_admission import OWN
from tests.real.backup_pod import JOB, NAMESPACE, POLICIES, Change, own_pod
from tests.real.conftest import APPLY
from tests.real.examples import Example, Object, compile_changed
from tests.real.harness.apiserver import checked
from tests.real.harness.bed import Bed
from tests.real.harness.process import until
from tests.real.harness.toolchain import debian

LIMITS = {
    "apiVersion": "v1",
    "kind": "LimitRange",
    "metadata": {"name": "injected", "namespace": NAMESPACE},
    "spec": {"limits": [{"type": "Container", "default": {"cpu": "1"}}]},
}
OTHER_IMAGE = f"registry.example.net/kedge-tools@sha256:{'0' * 64}"


@dataclass
class Seen:
    """What the API had after a job that started before the policy changed, and after one that was refused."""

    example: Example
    before: Object
    finished: Object
    refused: Object
    warnings: list[str]
    after: Object


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    with Bed() as bed:
        example = _apply(bed, tmp_path_factory.mktemp("first"), lambda spec: None)
        own = own_pod(bed)
        pod = own.pod
        _apply(bed, tmp_path_factory.mktemp("second"), _with_another_image)
        until(lambda: not own.ask(own.with_spec(_in_another_image)), "the changed policy is active", timeout=60)
        status = json.dumps({"status": {"phase": "Succeeded"}})
        checked(
            bed.kubectl("patch", "pod", pod["metadata"]["name"], "-n", NAMESPACE, "--subresource=status", "-p", status)
        )
        finished = _ended(bed, pod["metadata"]["labels"]["batch.kubernetes.io/job-name"])
        api = bed.control_plane
        api.wait_for(lambda found: "lastSuccessfulTime" in found["status"], "cronjob", JOB, "-n", NAMESPACE)
        before = api.get("cronjob", JOB, "-n", NAMESPACE)
        checked(bed.apply_ssa(json.dumps(LIMITS)))
        checked(bed.kubectl("create", "job", "refused", f"--from=cronjob/{JOB}", "-n", NAMESPACE))
        api.wait_for(lambda found: bool(_warnings(found)), "events", "-n", NAMESPACE)
        warnings = _warnings(api.get("events", "-n", NAMESPACE))
        checked(bed.kubectl("patch", "job", "refused", "-n", NAMESPACE, "-p", '{"spec": {"activeDeadlineSeconds": 1}}'))
        yield Seen(
            example, before, finished, _ended(bed, "refused"), warnings, api.get("cronjob", JOB, "-n", NAMESPACE)
        )


def _apply(bed: Bed, folder: Path, change: Change) -> Example:
    example = compile_changed("payments-eu", folder, change)
    example.write(folder / "generated")
    checked(bed.kubectl(*APPLY, folder / "generated/backup/control-plane"))
    return example


def _with_another_image(spec: Object) -> None:
    spec["backups"]["etcd"].setdefault("cronJob", {})["image"] = OTHER_IMAGE


def _in_another_image(pod: Object) -> None:
    for container in pod["initContainers"] + pod["containers"]:
        container["image"] = OTHER_IMAGE


def _ended(bed: Bed, name: str) -> Object:
    """The job, once it is complete or has failed."""

    def over(found: Object) -> bool:
        return any(c["type"] in ("Complete", "Failed") for c in found["status"].get("conditions", []))

    bed.control_plane.wait_for(over, "job", name, "-n", NAMESPACE)
    return bed.control_plane.get("job", name, "-n", NAMESPACE)


def _warnings(events: Object) -> list[str]:
    return [event["message"] for event in events.get("items", []) if event["reason"] == "FailedCreate"]


def test_a_pod_from_before_a_change_of_the_policy_ends_its_job(seen: Seen) -> None:
    assert seen.finished["status"].get("succeeded") == 1


def test_a_refusal_names_the_policy_and_what_was_injected(seen: Seen) -> None:
    (said,) = set(seen.warnings)
    assert f"ValidatingAdmissionPolicy '{POLICIES[0]}'" in said
    named = set(said.partition(f"{OWN}: ")[2].split(", "))
    assert {"metadata.annotations.kubernetes.io/limit-ranger", "spec.initContainers[save].resources"} <= named
    assert {path.rpartition(".")[2] for path in named} == {"io/limit-ranger", "resources"}


def test_a_refused_job_fails_without_a_pod(seen: Seen) -> None:
    status = seen.refused["status"]
    assert [c["reason"] for c in status["conditions"] if c["type"] == "Failed"] == ["DeadlineExceeded"]
    assert not {"succeeded", "failed", "active"} & {key for key, value in status.items() if value}


def test_a_refused_job_leaves_the_last_success_as_it_was(seen: Seen) -> None:
    assert seen.after["status"]["lastSuccessfulTime"] == seen.before["status"]["lastSuccessfulTime"]


def test_the_alert_fires_when_the_last_success_stays_as_it_was(seen: Seen, tmp_path: Path) -> None:
    """Time zero is the last success, and its metric keeps that value."""
    metric = f'kube_cronjob_status_last_successful_time{{namespace="{NAMESPACE}",cronjob="{JOB}"}}'
    (tmp_path / "rules.yaml").write_bytes(seen.example.output["alert-tests/rules.yaml"])
    firing = f'count(ALERTS{{alertname="KedgeEtcdSnapshotMissing",alertstate="firing",cluster="{seen.example.name}"}})'
    case = {
        "interval": "1m",
        "input_series": [{"series": metric, "values": "0x60"}],
        "promql_expr_test": [{"expr": firing, "eval_time": "60m", "exp_samples": [{"labels": "{}", "value": 1}]}],
    }
    (tmp_path / "case.yaml").write_text(json.dumps({"rule_files": ["rules.yaml"], "tests": [case]}))
    done = subprocess.run(
        [debian("promtool"), "test", "rules", tmp_path / "case.yaml"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
