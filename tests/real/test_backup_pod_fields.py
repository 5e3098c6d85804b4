"""The policy is a closed list: every field that the API server knows, set to another value than the job's own, is refused.

The fields come from the server's own OpenAPI schema, so a field that a newer minor adds is tested, and refused, too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from compiler.manifests.snapshot_admission import OWN
from tests.real.backup_pod import Change, OwnPod, container, own_pod
from tests.real.conftest import Count, Standing
from tests.real.examples import Object
from tests.real.harness.apiserver import checked

pytestmark = pytest.mark.parametrize("standing", ["payments-eu"], indirect=True)

RUNTIME_CLASS = {
    "apiVersion": "node.k8s.io/v1",
    "kind": "RuntimeClass",
    "metadata": {"name": "other"},
    "handler": "other",
}
PROBE = {"exec": {"command": ["sh"]}}
CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
UNCONFINED = {"type": "Unconfined"}

# Values that the API server takes, where one made from the schema alone is not valid.
VALID: dict[str, Any] = {
    "PodSpec.containers": [{"name": "more", "image": "busybox"}],
    "PodSpec.initContainers": [{"name": "more", "image": "busybox"}],
    "PodSpec.hostAliases": [{"ip": "192.0.2.1", "hostnames": ["s3.paris.example.net"]}],
    "PodSpec.overhead": {"cpu": "1"},
    "PodSpec.os": {"name": "linux"},
    "PodSpec.resourceClaims": [{"name": "x", "resourceClaimName": "x"}],
    "PodSpec.runtimeClassName": "other",
    "PodSpec.serviceAccountName": "default",
    "PodSpec.tolerations": [{"operator": "Exists"}],
    "PodSpec.priorityClassName": "system-node-critical",
    "Container.envFrom": [{"secretRef": {"name": "offsite-writer"}}],
    "Container.imagePullPolicy": "Never",
    "Container.lifecycle": {"postStart": PROBE},
    "Container.livenessProbe": PROBE,
    "Container.readinessProbe": PROBE,
    "Container.startupProbe": PROBE,
    "Container.resizePolicy": [{"resourceName": "cpu", "restartPolicy": "NotRequired"}],
    "Container.restartPolicy": "Always",
    "Container.restartPolicyRules": [{"action": "Restart", "exitCodes": {"operator": "In", "values": [1]}}],
    "Container.volumeDevices": [{"name": "block", "devicePath": "/dev/x"}],
    "Container.volumeMounts": [{"name": "scratch", "mountPath": "/more"}],
    "PodSecurityContext.appArmorProfile": UNCONFINED,
    "PodSecurityContext.seccompProfile": UNCONFINED,
    "PodSecurityContext.seLinuxChangePolicy": "Recursive",
    "SecurityContext.appArmorProfile": UNCONFINED,
    "SecurityContext.seccompProfile": UNCONFINED,
    "VolumeMount.name": "encrypted",
    "VolumeMount.mountPropagation": "HostToContainer",
    "VolumeMount.recursiveReadOnly": "IfPossible",
    "Volume.azureDisk": {"diskName": "x", "diskURI": "/subscriptions/x", "kind": "Managed"},
    "Volume.configMap": {"name": "x"},
    "Volume.ephemeral": {"volumeClaimTemplate": {"spec": CLAIM}},
    "Volume.fc": {"targetWWNs": ["x"], "lun": 1},
    "Volume.flocker": {"datasetName": "x"},
    "Volume.image": {"reference": "busybox"},
    "Volume.iscsi": {"targetPortal": "x", "iqn": "iqn.2026-01.example:x", "lun": 0},
    "Volume.nfs": {"server": "x", "path": "/x"},
    "Volume.quobyte": {"registry": "x:1", "volume": "x"},
    "Volume.scaleIO": {"gateway": "x", "system": "x", "secretRef": {"name": "x"}, "volumeName": "x"},
    "Volume.secret": {"secretName": "offsite-writer"},
    "Volume.storageos": {"volumeName": "x", "volumeNamespace": "x"},
    "HostPathVolumeSource.path": "/etc/kubernetes/pki/etcd/ca.key",
    "HostPathVolumeSource.type": "Directory",
    "EmptyDirVolumeSource.medium": "Memory",
    "SecretVolumeSource.items": [{"key": "x", "path": "x"}],
}
# What a change needs beside it for the API server to take it.
BESIDE: dict[str, Change] = {
    "PodSpec.priorityClassName": lambda spec: [spec.pop(field) for field in ("priority", "preemptionPolicy")],
    "PodSpec.serviceAccountName": lambda spec: spec.pop("serviceAccount"),
    "Container.volumeDevices": lambda spec: spec["volumes"].append(
        {"name": "block", "persistentVolumeClaim": {"claimName": "x"}}
    ),
}
ALSO: dict[str, Object] = {
    "Container.restartPolicyRules": {"restartPolicy": "Never"},
    "SecurityContext.privileged": {"allowPrivilegeEscalation": True},
    "VolumeMount.recursiveReadOnly": {"readOnly": True},
}
"""Neighbours of a field that the API server wants with it."""
RESTARTS = {"lifecycle", "livenessProbe", "readinessProbe", "startupProbe"}
"""Fields that an init container may only have together with `restartPolicy: Always`."""
REFUSED_BY_THE_API: dict[str, str] = {
    "PodSpec.ephemeralContainers": "cannot be set on create",
    "PodSpec.overhead": "Pod Overhead set without corresponding RuntimeClass",
    "PodSpec.volumes": "Not found",
    "Volume.name": "Not found",
    "PodSpec.preemptionPolicy": "priority admission controller computed",
    "PodSpec.priority": "priority admission controller computed",
}
"""Fields of which the API server takes no other value, and a part of its words; the policy never sees them."""


@pytest.fixture(scope="module")
def own(standing: Standing) -> OwnPod:
    made = own_pod(standing.bed)
    checked(standing.bed.apply_ssa(json.dumps(RUNTIME_CLASS)))
    return made


def _refused(own: OwnPod, field: str, where: Callable[[Object], Object], extra: Change) -> str:
    """What is wrong with the answer to a pod with one field changed, empty if it is refused as it should be."""
    kind, _, name = field.partition(".")

    def change(spec: Object) -> None:
        place = where(spec)
        value = VALID.get(field, _other(own.schemas, own.schemas[kind]["properties"][name], place.get(name)))
        extra(spec)
        if field in BESIDE:
            BESIDE[field](spec)
        place |= {**ALSO.get(field, {}), name: value}

    said = own.ask(own.with_spec(change))
    if field in REFUSED_BY_THE_API:
        return "" if REFUSED_BY_THE_API[field] in said else said
    if said == "stored as the job's own pod":
        return ""  # a feature that is switched off: the server dropped the field
    return "" if OWN in said else said or "admitted"


def _faults(own: OwnPod, kind: str, where: Callable[[Object], Object], init: bool = False) -> Iterator[str]:
    for name in own.schemas[kind]["properties"]:
        restarts: Change = lambda spec: where(spec).update(restartPolicy="Always")  # noqa: E731
        extra: Change = restarts if init and name in RESTARTS else lambda spec: None
        if fault := _refused(own, f"{kind}.{name}", where, extra):
            yield f"{kind}.{name}: {fault}"


def _other(schemas: dict[str, Any], schema: dict[str, Any], own: Any) -> Any:
    """A value of a type that is not the one the job's pod has."""
    if "allOf" in schema:
        return _other(schemas, schema["allOf"][0], own)
    if "$ref" in schema:
        name = schema["$ref"].rpartition(".")[2]
        return {"Quantity": "7", "IntOrString": 7}.get(name) or _other(schemas, schemas[name], own)
    if "enum" in schema:
        return next(value for value in schema["enum"] if value not in (own, ""))
    match schema["type"]:
        case "string":
            return f"{own or ''}x"
        case "integer":
            return (own or 6) + 1
        case "boolean":
            return not own
        case "array":
            return [_other(schemas, schema["items"], None)]
    if "additionalProperties" in schema:
        return {"x": _other(schemas, schema["additionalProperties"], None)}
    return {key: _other(schemas, schema["properties"][key], None) for key in schema.get("required", [])}


def test_every_field_of_a_pod_is_closed(own: OwnPod, count: Count) -> None:
    assert list(_faults(own, "PodSpec", lambda spec: spec)) == []
    count("backup policy", len(own.schemas["PodSpec"]["properties"]))


def test_every_field_of_the_security_context_of_a_pod_is_closed(own: OwnPod, count: Count) -> None:
    assert list(_faults(own, "PodSecurityContext", lambda spec: spec["securityContext"])) == []
    count("backup policy", len(own.schemas["PodSecurityContext"]["properties"]))


CONTAINERS = {"save": True, "verify": True, "encrypt": True, "sign": True, "put": False}


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_field_of_a_container_is_closed(own: OwnPod, name: str, count: Count) -> None:
    assert list(_faults(own, "Container", lambda spec: container(spec, name), init=CONTAINERS[name])) == []
    count("backup policy", len(own.schemas["Container"]["properties"]))


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_field_of_the_security_context_of_a_container_is_closed(own: OwnPod, name: str, count: Count) -> None:
    assert list(_faults(own, "SecurityContext", lambda spec: container(spec, name)["securityContext"])) == []
    count("backup policy", len(own.schemas["SecurityContext"]["properties"]))


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_field_of_a_mount_is_closed(own: OwnPod, name: str, count: Count) -> None:
    assert list(_faults(own, "VolumeMount", lambda spec: container(spec, name)["volumeMounts"][0])) == []
    count("backup policy", len(own.schemas["VolumeMount"]["properties"]))


def test_every_other_source_of_a_volume_is_refused(own: OwnPod, count: Count) -> None:
    def emptied(spec: Object) -> Object:
        volume = _volume(spec, "scratch")
        volume.pop("emptyDir", None)
        return volume

    assert list(_faults(own, "Volume", emptied)) == []
    count("backup policy", len(own.schemas["Volume"]["properties"]) - 1)


SOURCES = {
    "ca-crt": ("HostPathVolumeSource", "hostPath"),
    "scratch": ("EmptyDirVolumeSource", "emptyDir"),
    "credential-offsite": ("SecretVolumeSource", "secret"),
}


@pytest.mark.parametrize("name", SOURCES)
def test_every_field_of_a_source_of_a_volume_is_closed(own: OwnPod, name: str, count: Count) -> None:
    kind, source = SOURCES[name]
    assert list(_faults(own, kind, lambda spec: _volume(spec, name)[source])) == []
    count("backup policy", len(own.schemas[kind]["properties"]))


def _volume(spec: Object, name: str) -> Object:
    found: Object = next(volume for volume in spec["volumes"] if volume["name"] == name)
    return found


def test_every_kind_of_source_that_the_job_has_is_looked_into(own: OwnPod) -> None:
    assert {source for _, source in SOURCES.values()} == {key for v in own.pod["spec"]["volumes"] for key in v} - {
        "name"
    }


ADDED = {("tolerations", 1), ("tolerations", 2)}
"""What the API server adds and may add with other seconds, or not at all."""


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _leaves(inner, (*path, key))
    if not isinstance(value, (dict, list)):
        yield path


def test_no_value_of_the_pod_can_be_changed_or_left_out(own: OwnPod, count: Count) -> None:
    leaves = [path for path in _leaves(own.pod["spec"]) if path[:2] not in ADDED]
    admitted = [(path, how) for path in leaves for how in (_changed, _without) if not own.ask(own.with_spec(how(path)))]
    assert admitted == []
    count("backup policy", 2 * len(leaves))


def _changed(path: tuple[Any, ...]) -> Change:
    def change(spec: Object) -> None:
        place = _place(spec, path)
        old = place[path[-1]]
        place[path[-1]] = (not old) if isinstance(old, bool) else old + (1 if isinstance(old, int) else "x")

    return change


def _without(path: tuple[Any, ...]) -> Change:
    return lambda spec: _place(spec, path).pop(path[-1])


def _place(spec: Object, path: tuple[Any, ...]) -> Any:
    place: Any = spec
    for key in path[:-1]:
        place = place[key]
    return place
