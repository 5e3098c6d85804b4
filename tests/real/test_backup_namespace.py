"""In kedge-backup only the snapshot job's own pod is admitted, and nobody enters it: each rule of the policy by one change."""

from __future__ import annotations

import copy
import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from compiler.manifests.snapshot_admission import CLOSED, SHAPE
from tests.real.conftest import Count, Standing
from tests.real.examples import Object
from tests.real.harness.apiserver import checked
from tests.real.harness.bed import Bed
from tests.real.harness.process import until

NAMESPACE, JOB = "kedge-backup", "etcd-snapshot"
POLICIES = ("kedge-backup-pods", "kedge-backup-no-exec")
SENTENCES = [sentence for _, sentence in SHAPE]
(
    STAGES,
    EPHEMERAL,
    ACCOUNT,
    NETWORK,
    PROCESSES,
    MEMORY,
    IMAGE,
    ONLY_STAGES,
    ONLY_PUTS,
    SCRIPTS,
    PUT_SCRIPT,
    ARGUMENTS,
    ENVIRONMENT,
    VALUES,
    MEMBER,
    ROOT,
    ESCALATION,
    CAPABILITIES,
    VOLUMES,
    HOST_FILES,
    PLACES,
    SIGNING,
    ENCRYPTED,
) = SENTENCES
pytestmark = pytest.mark.parametrize("standing", ["payments-eu"], indirect=True)

Spec = dict[str, Any]
FOREIGN: Object = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "foreign", "namespace": NAMESPACE},
    "spec": {"containers": [{"name": "shell", "image": "busybox"}]},
}


@pytest.fixture(scope="module")
def active(standing: Standing) -> Standing:
    """The example with its policy at work."""
    wait_active(standing.bed)
    return standing


def wait_active(bed: Bed) -> None:
    """Waits until the policy refuses: it takes the API server a moment to compile it."""
    probe = json.dumps(FOREIGN)

    def refused() -> bool:
        return POLICIES[0] in bed.kubectl("create", "--dry-run=server", "-f", "-", input=probe).stderr

    until(refused, "the policy refuses a foreign pod", timeout=60, pause=0.3)


@pytest.fixture(scope="module")
def pod(active: Standing) -> Object:
    """The pod that the Job controller made from the CronJob, as the API has it."""
    return run_job(active.bed)


def run_job(bed: Bed) -> Object:
    """Makes a Job from the CronJob and returns the pod that the Job controller made."""
    checked(bed.kubectl("create", "job", "by-hand", f"--from=cronjob/{JOB}", "-n", NAMESPACE))
    chosen = ("pods", "-n", NAMESPACE, "-l", "batch.kubernetes.io/job-name=by-hand")
    bed.control_plane.wait_for(lambda found: bool(found.get("items")), *chosen, timeout=30)
    found: Object = bed.control_plane.get(*chosen)["items"][0]
    return found


def _container(spec: Spec, name: str) -> Spec:
    found: Spec = next(c for c in spec["initContainers"] + spec["containers"] if c["name"].startswith(name))
    return found


def _one(name: str, **fields: object) -> Callable[[Spec], None]:
    """One container with other fields."""
    return lambda spec: _container(spec, name).update(fields)


def _confined(name: str, **fields: object) -> Callable[[Spec], None]:
    """One container with another security context."""
    return lambda spec: _container(spec, name)["securityContext"].update(fields)


def _all(**fields: object) -> Callable[[Spec], None]:
    """Other fields of the pod."""
    return lambda spec: spec.update(fields)


def _more(where: str, name: str) -> Callable[[Spec], None]:
    """A copy of a container beside it."""
    return lambda spec: spec[where].append(_container(spec, name) | {"name": "more"})


def _env(name: str, variable: str, value: str) -> Callable[[Spec], None]:
    """One more environment variable, or one with another value."""

    def change(spec: Spec) -> None:
        container = _container(spec, name)
        kept = [one for one in container.get("env", []) if one["name"] != variable]
        container["env"] = [*kept, {"name": variable, "value": value}]

    return change


def _volume(**source: object) -> Callable[[Spec], None]:
    return lambda spec: spec["volumes"].append({"name": "more", **source})


def _mount(name: str, volume: str, path: str = "/pki/more") -> Callable[[Spec], None]:
    return lambda spec: _container(spec, name)["volumeMounts"].append({"name": volume, "mountPath": path})


def _plain_snapshot_in_put(spec: Spec) -> None:
    """What is not encrypted, where the script looks for what is."""
    (mount,) = (m for m in _container(spec, "put")["volumeMounts"] if m["name"] == "encrypted")
    mount["name"] = "snapshot"


def _script(name: str) -> Callable[[Spec], None]:
    def change(spec: Spec) -> None:
        _container(spec, name)["command"][2] += "\n"

    return change


def _folder_instead_of_file(spec: Spec) -> None:
    volume = next(volume for volume in spec["volumes"] if "hostPath" in volume)
    volume["hostPath"] = {"path": "/etc/kubernetes/pki/etcd", "type": "Directory"}


# Each change alone, and the sentence that the API server answers it with.
CHANGES: dict[str, tuple[Callable[[Spec], object], str]] = {
    "no-stages": (lambda spec: spec.pop("initContainers"), STAGES),
    "account": (_all(serviceAccountName="default", serviceAccount="default"), ACCOUNT),
    "host-network": (_all(hostNetwork=True), NETWORK),
    "host-pid": (_all(hostPID=True), PROCESSES),
    "host-ipc": (_all(hostIPC=True), MEMORY),
    "image": (_one("verify", image="busybox"), IMAGE),
    "image-of-put": (_one("put", image="busybox"), IMAGE),
    "more-stages": (_more("initContainers", "verify"), ONLY_STAGES),
    "more-puts": (_more("containers", "put"), ONLY_PUTS),
    "command": (_one("save", command=["/bin/sh", "-c", "cat /pki/*"]), SCRIPTS),
    "script": (_script("encrypt"), SCRIPTS),
    "image-entrypoint": (lambda spec: _container(spec, "save").pop("command"), SCRIPTS),
    "command-of-put": (_one("put", command=["/bin/sh"]), PUT_SCRIPT),
    "entrypoint-of-put": (lambda spec: _container(spec, "put").pop("command"), PUT_SCRIPT),
    "arguments": (_one("save", args=["-x"]), ARGUMENTS),
    "hook": (_one("put", lifecycle={"postStart": {"exec": {"command": ["sh"]}}}), ARGUMENTS),
    "variable": (_env("save", "LD_PRELOAD", "/snapshot/evil.so"), ENVIRONMENT),
    "variables-of-a-secret": (_one("put", envFrom=[{"secretRef": {"name": "offsite-writer"}}]), ENVIRONMENT),
    "foreign-key": (_env("encrypt", "KEDGE_RECIPIENTS", f"age1{'q' * 58}"), VALUES),
    "foreign-bucket": (_env("put", "KEDGE_BUCKET", "elsewhere"), VALUES),
    "foreign-endpoint": (_env("put", "KEDGE_ENDPOINT", "https://elsewhere.example.net"), VALUES),
    "foreign-prefix": (_env("put", "KEDGE_TARGET", "clusters/another/etcd"), VALUES),
    "foreign-etcd": (_env("save", "KEDGE_HOST_IP", "192.0.2.1"), MEMBER),
    "writable-root": (_confined("put", readOnlyRootFilesystem=False), ROOT),
    "no-security-context": (lambda spec: _container(spec, "put").pop("securityContext"), ROOT),
    "unsaid-root": (lambda spec: _container(spec, "put")["securityContext"].pop("readOnlyRootFilesystem"), ROOT),
    "unsaid-escalation": (
        lambda spec: _container(spec, "put")["securityContext"].pop("allowPrivilegeEscalation"),
        ESCALATION,
    ),
    "escalation": (_confined("save", allowPrivilegeEscalation=True), ESCALATION),
    "privileged": (_confined("save", privileged=True, allowPrivilegeEscalation=True), ESCALATION),
    "stated-privilege": (_confined("save", privileged=False), CAPABILITIES),
    "added-capability": (_confined("save", capabilities={"drop": ["ALL"], "add": ["SYS_ADMIN"]}), CAPABILITIES),
    "kept-capabilities": (_confined("save", capabilities={}), CAPABILITIES),
    "some-capabilities-dropped": (_confined("save", capabilities={"drop": ["NET_RAW"]}), CAPABILITIES),
    "unsaid-capabilities": (lambda spec: _container(spec, "save")["securityContext"].pop("capabilities"), CAPABILITIES),
    "folder-instead-of-file": (_folder_instead_of_file, VOLUMES),
    "more-of-the-host": (_volume(hostPath={"path": "/etc/kubernetes/pki/etcd/ca.key", "type": "File"}), VOLUMES),
    "unchecked-host-path": (_volume(hostPath={"path": "/etc/kubernetes/pki/etcd/ca.crt"}), VOLUMES),
    "other-secret": (_volume(secret={"secretName": "another"}), VOLUMES),
    "account-token": (_all(automountServiceAccountToken=True), VOLUMES),
    "host-key-in-put": (_mount("put", "healthcheck-client-key"), HOST_FILES),
    "host-key-in-verify": (_mount("verify", "healthcheck-client-key"), HOST_FILES),
    "volume-over-the-tools": (_mount("save", "scratch", "/bin"), PLACES),
    "plain-snapshot-in-put": (_plain_snapshot_in_put, PLACES),
    "signing-key-in-encrypt": (_mount("encrypt", "signing-key", "/signing-key"), SIGNING),
    "foreign-signer": (_env("sign", "KEDGE_SIGNERS", "AAAAC3NzaC1lZDI1NTE5AAAAIfo"), VALUES),
    "plain-snapshot-beside": (_mount("put", "snapshot", "/snapshot"), ENCRYPTED),
}


def _again(pod: Object, change: Callable[[Spec], object] = lambda spec: None) -> Object:
    """The same pod under a new name, not yet placed, with one change."""
    spec = copy.deepcopy(pod["spec"])
    change(spec)
    metadata = {"generateName": "again-", "namespace": NAMESPACE, "labels": {"app.kubernetes.io/name": JOB}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def _create(standing: Standing, wanted: Object) -> subprocess.CompletedProcess[str]:
    return standing.bed.kubectl("create", "-f", "-", input=json.dumps(wanted))


def test_the_policies_compile_without_a_warning(active: Standing) -> None:
    for name in POLICIES:
        status = _checked_status(active, name)
        assert status.get("typeChecking", {}).get("expressionWarnings", []) == []


def _checked_status(standing: Standing, policy: str) -> Object:
    def judged(found: Object) -> bool:
        return bool(found["status"].get("observedGeneration") == found["metadata"]["generation"])

    standing.bed.control_plane.wait_for(judged, "validatingadmissionpolicy", policy)
    status: Object = standing.bed.control_plane.get("validatingadmissionpolicy", policy)["status"]
    return status


def test_a_foreign_pod_is_refused(active: Standing, count: Count) -> None:
    done = _create(active, FOREIGN)
    assert done.returncode != 0
    assert STAGES in done.stderr
    count("backup policy")


def test_the_pod_of_the_job_controller_is_admitted(pod: Object) -> None:
    assert pod["metadata"]["ownerReferences"][0]["kind"] == "Job"


def test_the_same_pod_without_a_change_is_admitted(active: Standing, pod: Object, count: Count) -> None:
    done = _create(active, _again(pod))
    assert done.returncode == 0, done.stderr
    count("backup policy")


@pytest.mark.parametrize("change", CHANGES)
def test_a_pod_with_one_change_is_refused_by_its_sentence(
    active: Standing, pod: Object, change: str, count: Count
) -> None:
    alter, sentence = CHANGES[change]
    done = _create(active, _again(pod, alter))
    assert done.returncode != 0
    assert f"denied request: {sentence}" in done.stderr, done.stderr
    count("backup policy")


def test_every_rule_of_the_policy_refuses_something(active: Standing) -> None:
    untested = set(SENTENCES) - {sentence for _, sentence in CHANGES.values()}
    assert untested == {EPHEMERAL}  # ephemeral containers cannot be created with a pod: the next test adds one


def test_an_ephemeral_container_is_refused(active: Standing, pod: Object, count: Count) -> None:
    more = {
        "name": "debug",
        "image": active.example.plan.snapshot_job and active.example.plan.snapshot_job.runner.image,
    }
    patch = json.dumps({"spec": {"ephemeralContainers": [more]}})
    name = pod["metadata"]["name"]
    done = active.bed.kubectl("patch", "pod", name, "-n", NAMESPACE, "--subresource=ephemeralcontainers", "-p", patch)
    assert done.returncode != 0
    assert EPHEMERAL in done.stderr
    count("backup policy")


def test_the_image_of_a_standing_pod_cannot_be_changed(active: Standing, pod: Object, count: Count) -> None:
    name = pod["metadata"]["name"]
    done = active.bed.kubectl("set", "image", f"pod/{name}", "verify=busybox", "-n", NAMESPACE)
    assert done.returncode != 0
    assert IMAGE in done.stderr
    count("backup policy")


@pytest.mark.parametrize("path", ["exec?command=sh", "attach", "portforward?ports=80", "proxy"])
def test_nobody_connects_to_a_pod(active: Standing, pod: Object, path: str, count: Count) -> None:
    url = f"/api/v1/namespaces/{NAMESPACE}/pods/{pod['metadata']['name']}/{path}"
    done = active.bed.kubectl("create", "--raw", url, "-f", "-", input="{}")
    assert done.returncode != 0
    assert CLOSED[0][1] in done.stderr
    count("backup policy")
