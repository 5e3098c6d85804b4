"""The last gate lets through what kedge writes and nothing else."""

import json
import pickle
import unicodedata
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.assets import asset
from compiler.render import gate as gate_module
from compiler.render.gate import BUILT_IN, CUSTOM, IN_STEPS, MINORS, Gate, GateError, schema_file
from tests.unit.render.good_objects import GOOD, META

Object = dict[str, Any]
Path = tuple[str | int, ...]

GATE = Gate(("1.35",))
WRONG_VALUES: tuple[Any, ...] = (
    7,
    -(2**40),
    2**70,
    "Not A Value!",
    True,
    None,
    1.5,
    [],
    ["x", "x"],
    {},
    {"unheard-of": 1},
)
each_good_object = pytest.mark.parametrize("good", GOOD, ids=lambda good: f"{good['apiVersion']} {good['kind']}")
each_built_in = pytest.mark.parametrize(
    "good", [good for good in GOOD if (good["apiVersion"], good["kind"]) in BUILT_IN], ids=lambda good: good["kind"]
)


def paths(node: Any, here: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every place in an object, the whole included."""
    yield here, node
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, child in children:
        yield from paths(child, (*here, step))


def changed(good: Object, path: Path, value: Any) -> Object:
    """A copy of the object with another value at one place."""
    copy = deepcopy(good)
    target: Any = copy
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    return copy


def mutants(good: Object) -> Iterator[Object]:
    """The object with one fault each: a value of another type, a field too few, a field too many."""
    for path, node in paths(good):
        if path and path not in {("apiVersion",), ("kind",)}:
            yield from (changed(good, path, value) for value in WRONG_VALUES)
        if isinstance(node, dict) and path:
            yield changed(good, path, node | {"unheardOf": "x"})
            yield from (changed(good, path, {k: v for k, v in node.items() if k != gone}) for gone in node)


def refusal(obj: Object, gate: Gate = GATE) -> str:
    """Why the gate refuses the object; empty when it passes."""
    try:
        gate.check(obj)
    except GateError as error:
        return error.message
    return ""


def verdict(obj: Object, gate: Gate = GATE) -> bool:
    """Whether the gate lets the object through."""
    return not refusal(obj, gate)


def reference_validator(good: Object) -> jsonschema.Draft202012Validator:
    """The same schema file in the reference implementation."""
    file = schema_file("1.35", (good["apiVersion"], good["kind"]))
    schema = json.loads(asset(file).read_text("utf-8"))
    return jsonschema.Draft202012Validator(schema | {"$ref": f"#/$defs/{good['kind']}"})


@cache
def upstream_definitions(minor: str) -> Object:
    folder = files("kubernetes_validate") / "kubernetes-json-schema" / f"v{minor}.0-local-strict"
    definitions: Object = json.loads((folder / "_definitions.json").read_text("utf-8"))["$defs"]
    return definitions


def upstream_validator(good: Object, minor: str) -> jsonschema.Draft202012Validator:
    """The untrimmed strict schema of a built-in kind."""
    definitions = upstream_definitions(minor)
    group, _, version = good["apiVersion"].rpartition("/")
    wanted = {"group": group, "version": version, "kind": good["kind"]}
    (name,) = (n for n, node in definitions.items() if wanted in node.get("x-kubernetes-group-version-kind", ()))
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": definitions})


def cron_job(path: str, value: Any) -> Object:
    """The sound CronJob with one field of its pod set; `path` has steps between slashes."""
    (good,) = (good for good in GOOD if good["kind"] == "CronJob")
    steps = tuple(int(step) if step.isdigit() else step for step in path.split("/"))
    return changed(good, ("spec", "jobTemplate", "spec", "template", "spec", *steps), value)


@each_good_object
@pytest.mark.parametrize("minor", MINORS)
def test_a_sound_object_passes(good: Object, minor: str) -> None:
    Gate((minor,)).check(good)


def test_every_allowed_kind_has_a_sound_example() -> None:
    assert {(good["apiVersion"], good["kind"]) for good in GOOD} == BUILT_IN | CUSTOM


@each_good_object
def test_both_validators_agree_on_every_mutant(good: Object) -> None:
    reference = reference_validator(good)
    refused = 0
    for mutant in mutants(good):
        reason = refusal(mutant)
        refused += bool(reason)
        assert reference.is_valid(mutant) == (not reason or "gain privileges" in reason), mutant
    assert refused > 10


@each_built_in
@pytest.mark.parametrize("minor", MINORS)
def test_the_trimmed_schema_accepts_nothing_that_upstream_refuses(good: Object, minor: str) -> None:
    upstream, gate = upstream_validator(good, minor), Gate((minor,))
    assert upstream.is_valid(good)
    for mutant in mutants(good):
        assert not verdict(mutant, gate) or upstream.is_valid(mutant), mutant


def test_a_kind_with_pods_at_an_unknown_path_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    (good,) = (good for good in GOOD if good["kind"] == "CronJob")
    monkeypatch.delitem(gate_module._POD_PATHS, "CronJob")
    with pytest.raises(GateError, match="does not know where a CronJob holds its pods"):
        Gate(("1.35",)).check(good)


def test_kinds_that_steps_create_are_not_emitted() -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": META, "spec": {"containers": [{"name": "x", "image": "y"}]}}
    Gate(("1.35",)).check(pod, IN_STEPS)
    with pytest.raises(GateError, match="may not write"):
        Gate(("1.35",)).check(pod)


@pytest.mark.parametrize(
    "kind",
    [
        ("v1", "Secret"),
        ("v1", "Pod"),
        ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
        ("rbac.authorization.k8s.io/v1", "Role"),
        ("velero.io/v1", "DeleteBackupRequest"),
        ("batch/v1beta1", "CronJob"),
        (None, None),
        (["v1"], {}),
    ],
)
def test_a_kind_off_the_list_is_refused(kind: tuple[Any, Any]) -> None:
    with pytest.raises(GateError, match="may not write"):
        GATE.check({"apiVersion": kind[0], "kind": kind[1], "metadata": META})


@each_good_object
def test_status_is_refused(good: Object) -> None:
    with pytest.raises(GateError, match="status"):
        GATE.check(good | {"status": {}})


@pytest.mark.parametrize("field", ["ownerReferences", "finalizers", "managedFields", "uid"])
def test_metadata_that_servers_own_is_refused(field: str) -> None:
    with pytest.raises(GateError, match=field):
        GATE.check({"apiVersion": "v1", "kind": "ConfigMap", "metadata": META | {field: []}})


def test_a_namespaced_object_without_namespace_is_refused() -> None:
    with pytest.raises(GateError, match="namespace"):
        GATE.check({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "scripts"}})


def test_a_cluster_wide_object_with_a_namespace_is_refused() -> None:
    assert not verdict({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a", "namespace": "b"}})


@pytest.mark.parametrize(("length", "fine"), [(52, True), (53, False)])
def test_the_name_of_a_cron_job_leaves_space_for_its_jobs(length: int, fine: bool) -> None:
    (good,) = (good for good in GOOD if good["kind"] == "CronJob")
    assert verdict(changed(good, ("metadata", "name"), "a" * length)) == fine


@pytest.mark.parametrize(("length", "fine"), [(63, True), (64, False)])
def test_a_label_ends_at_63_characters(length: int, fine: bool) -> None:
    assert verdict(changed(GOOD[0], ("metadata", "labels"), {"a" * length: "b" * length})) == fine


@pytest.mark.parametrize("quantity", ["1 Gi", "1GB", "1e", "", "0x10", "ten"])
def test_what_is_no_quantity_is_refused(quantity: str) -> None:
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": META, "spec": {"hard": {"pods": quantity}}}
    with pytest.raises(GateError) as caught:
        GATE.check(quota)
    assert caught.value.path == "/spec/hard/pods"


@pytest.mark.parametrize(
    ("path", "value", "blamed"),
    [
        ("hostPID", True, "hostPID"),
        ("hostIPC", True, "hostIPC"),
        ("containers/0/securityContext", {"privileged": True}, "privileged"),
        ("containers/0/securityContext", {"allowPrivilegeEscalation": True}, "allowPrivilegeEscalation"),
        ("containers/0/securityContext", {"capabilities": {"add": ["SYS_ADMIN"]}}, "add"),
        ("initContainers", [{"name": "a", "securityContext": {"privileged": True}}], "privileged"),
    ],
)
def test_a_pod_with_power_over_its_node_is_refused(path: str, value: Any, blamed: str) -> None:
    with pytest.raises(GateError) as caught:
        GATE.check(cron_job(path, value))
    assert caught.value.path.endswith(f"/{blamed}")


@pytest.mark.parametrize("resource", ["../base", "https://example.net/x", "/etc", "a//b", ".git", "a/../b", ""])
def test_a_kustomization_reaches_only_below_itself(resource: str) -> None:
    assert not verdict(
        {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": [resource]}
    )


def hidden(text: str) -> bool:
    return any(unicodedata.category(c) in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"} and c not in "\n\t" for c in text)


PIECES = st.one_of(
    st.characters(codec=None), st.sampled_from(["${", "$", "{", "\\", "\\x", "\\u202e", "\u202e", "\x1b"])
)


@given(st.lists(PIECES, max_size=8).map("".join))
def test_a_text_passes_unless_hidden_or_substituted(text: str) -> None:
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": META, "data": {"script": text}}
    assert verdict(config) == (not hidden(text) and "${" not in text)


@pytest.mark.parametrize("key", ["a${b", "a\u202eb", "a\x00"])
def test_keys_are_texts_too(key: str) -> None:
    with pytest.raises(GateError, match=r"text|character"):
        GATE.check({"apiVersion": "v1", "kind": "ConfigMap", "metadata": META, "data": {key: "x"}})


@pytest.mark.parametrize("value", [{"a"}, object(), b"x", ("a", {1})])
def test_what_is_not_plain_data_is_refused(value: Any) -> None:
    with pytest.raises(GateError):
        GATE.check({"apiVersion": "v1", "kind": "ConfigMap", "metadata": META, "data": {"a": value}})


def test_a_refusal_names_object_place_and_reason() -> None:
    with pytest.raises(GateError) as caught:
        GATE.check(changed(GOOD[2], ("data", "snapshot.sh"), 7))
    error = caught.value
    assert (error.subject, error.path) == ("ConfigMap/payments", "/data/snapshot.sh")
    assert str(error) == 'ConfigMap/payments at /data/snapshot.sh: 7 is not of type "string"'


def test_a_refusal_survives_the_way_back_from_a_worker_process() -> None:
    error = GateError("ConfigMap/a", "/data", "no")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_a_hostile_name_is_shown_escaped() -> None:
    with pytest.raises(GateError) as caught:
        GATE.check({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a\x1b[2Jb"}})
    assert caught.value.subject == r"Secret/'a\x1b[2Jb'"


def test_an_unknown_minor_is_refused() -> None:
    with pytest.raises(ValueError, match=r"1\.12"):
        Gate(("1.12",))
