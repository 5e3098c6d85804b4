"""The last gate: what kedge must never write is refused here, whatever the rest of the compiler did.

It knows nothing of specs and plans. It lets an object through if its (apiVersion, kind) is on the list below, if the
pinned schema of that kind takes it (unknown fields refused, see `tools/trim.py`), if no text in it can mean something
else to a later reader, and if its pods ask for no power over the node. A refusal is a bug of ours (exit code 70).

Cost: 80 objects take about 0.6 ms; the first object of a kind compiles its schema (0.2 to 3 ms).
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from json import dumps, loads
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.json import encode

from compiler.assets import asset
from compiler.facts.fact import minors
from compiler.facts.tables import KUBERNETES

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator, Registry

GroupKind = tuple[str, str]
"""What an object says it is: its `apiVersion` and its `kind`."""

MINORS = minors(KUBERNETES)
"""The Kubernetes minors that there are schemas for."""

_ADMISSION = "admissionregistration.k8s.io/v1"

BUILT_IN: frozenset[GroupKind] = frozenset(
    {
        ("v1", "ConfigMap"),
        ("v1", "LimitRange"),
        ("v1", "Namespace"),
        ("v1", "ResourceQuota"),
        ("v1", "ServiceAccount"),
        ("batch/v1", "CronJob"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
        ("policy/v1", "PodDisruptionBudget"),
        ("scheduling.k8s.io/v1", "PriorityClass"),
        (_ADMISSION, "ValidatingAdmissionPolicy"),
        (_ADMISSION, "ValidatingAdmissionPolicyBinding"),
    }
)
"""The built-in kinds that kedge may write. No Secret and no RBAC kind, by intent."""

CUSTOM: frozenset[GroupKind] = frozenset(
    {
        ("argoproj.io/v1alpha1", "AppProject"),
        ("argoproj.io/v1alpha1", "Application"),
        ("kustomize.config.k8s.io/v1beta1", "Kustomization"),  # a file for kustomize, never sent to an API server
        ("kustomize.toolkit.fluxcd.io/v1", "Kustomization"),
        ("monitoring.coreos.com/v1", "PrometheusRule"),
        ("source.toolkit.fluxcd.io/v1", "GitRepository"),
        ("velero.io/v1", "BackupStorageLocation"),
        ("velero.io/v1", "Schedule"),
    }
)
"""The other kinds that kedge may write: one schema file each, whatever the Kubernetes minor."""

IN_STEPS: frozenset[GroupKind] = frozenset(
    {
        ("v1", "Pod"),
        ("velero.io/v1", "Backup"),
        ("velero.io/v1", "DownloadRequest"),
        ("velero.io/v1", "Restore"),
    }
)
"""The kinds that runbook steps create by hand and that kedge never emits."""

# Scripts contain line feeds and tabs. Refused: control, format (bidi, zero width, tags), private use, surrogates,
# line and paragraph separators.
_ESCAPES = ("\\b", "\\f", "\\r", "\\u")
"""JSON's escapes of control characters but for those of _LAYOUT."""

_LAYOUT = frozenset("\n\t")
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})

_POD_PATHS: dict[str, tuple[str, ...]] = {
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
    "Pod": ("spec",),
}
_REFERENCE = re.compile(r'"#/\$defs/([^"]+)"')
_POD_SWITCHES = ("hostIPC", "hostPID")
_CONTAINER_GROUPS = ("initContainers", "containers", "ephemeralContainers")
_CONTAINER_SWITCHES = ("privileged", "allowPrivilegeEscalation")
_MESSAGE_LIMIT = 300  # characters: a validator's message quotes the value, which may be a whole script


class GateError(Exception):
    """An object that kedge must not write: `subject` is its kind/name, `path` a JSON pointer into it ("" the whole)."""

    def __init__(self, subject: str, path: str, message: str) -> None:
        super().__init__(subject, path, message)  # all three, so that it survives pickling in a worker process
        self.subject = subject
        self.path = path
        self.message = message

    def __str__(self) -> str:
        return f"{self.subject} at {self.path or '/'}: {self.message}"


class Gate(Struct, frozen=True):
    """The gate for the Kubernetes minors that a cluster runs, such as ("1.35",), or two during an upgrade.

    Schemas are loaded and compiled once per process.
    """

    minors: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.minors or not set(self.minors) <= set(MINORS):
            raise ValueError(f"no schemas for Kubernetes {', '.join(self.minors)}: known are {', '.join(MINORS)}")

    def check(self, obj: Mapping[str, Any], allowed: frozenset[GroupKind] = BUILT_IN | CUSTOM) -> None:
        """Let a sound object of plain data (dict, list, str, int, bool) pass; raises GateError for any other.

        `allowed`: the kinds that may be written, those of emitted files or IN_STEPS.
        """
        kind = (str(obj.get("apiVersion")), str(obj.get("kind")))
        if kind not in allowed:
            raise GateError(_subject(obj), "", f"kedge may not write a {kind[1]!r} of {kind[0]!r}")
        fault = _text_fault(obj) or self._schema_fault(kind, obj) or _power_fault(obj)
        if fault:
            raise GateError(_subject(obj), *fault)

    def _schema_fault(self, kind: GroupKind, obj: Mapping[str, Any]) -> "Fault | None":
        """Return where and why the schema of any of the minors refuses an object."""
        faults = (_schema_fault(minor, kind, obj) for minor in self.minors)
        return next(filter(None, faults), None)


def schema_file(minor: str, kind: GroupKind) -> str:
    """Return the path below the repository of the file that holds a kind's schema, as `#/$defs/<kind>`."""
    if kind in BUILT_IN or kind[0] == "v1":
        return f"schemas/kubernetes/v{minor}.json"
    return f"schemas/crds/{kind[0].replace('/', '_')}_{kind[1]}.json"


Fault = tuple[str, str]  # JSON pointer, message


def _schema_fault(minor: str, kind: GroupKind, obj: Mapping[str, Any]) -> Fault | None:
    """Return where and why the kind's schema refuses an object."""
    validator = _validator(schema_file(minor, kind), kind[1])
    try:
        if validator.is_valid(obj):
            return None
        first = next(validator.iter_errors(obj))
    except ValueError as error:  # a type that is no JSON, such as a set or a subclass of str
        return "", f"not plain data: {error}"
    return _pointer(first.instance_path), first.message[:_MESSAGE_LIMIT]


@cache
def _validator(file: str, name: str) -> "Draft202012Validator":
    """Return the compiled schema of one kind."""
    from jsonschema_rs import Draft202012Validator  # 27 ms alone: only for those who write objects

    return Draft202012Validator({"$ref": f"kedge:/{file}#/$defs/{name}"}, registry=_registry(file), offline=True)


@cache
def _registry(file: str) -> "Registry":
    """Return the definitions of a schema file, loaded but not yet compiled."""
    from jsonschema_rs import Registry

    return Registry([(f"kedge:/{file}", loads(asset(file).read_bytes()))])


def _text_fault(obj: Mapping[str, Any]) -> Fault | None:
    """Return the first text, key or value, that Flux would substitute in or that shows people something else."""
    if _surely_plain(obj):
        return None
    for path, text in _texts(obj, ()):
        if "${" in text:
            return _pointer(path), "`${` in a text: Flux would substitute it"
        for character in text:
            if character not in _LAYOUT and unicodedata.category(character) in _HIDDEN:
                return _pointer(path), f"a hidden or control character, U+{ord(character):04X}"
    return None


def _surely_plain(obj: Mapping[str, Any]) -> bool:
    """Return whether an object as JSON shows that no text has a fault: nearly always, and the walk over all texts is slow."""
    try:
        written = encode(obj).decode()
    except (TypeError, ValueError):  # no JSON, or half of a surrogate pair
        return False
    unescaped = written.replace(r"\\", "")
    return written.isprintable() and "${" not in written and not any(escape in unescaped for escape in _ESCAPES)


def _texts(node: object, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield every text in a tree, keys included, with the path to it."""
    if isinstance(node, str):
        yield path, node
    elif isinstance(node, dict):
        for key, child in node.items():
            yield (*path, key), str(key)
            yield from _texts(child, (*path, key))
    elif isinstance(node, list | tuple):
        for index, child in enumerate(node):
            yield from _texts(child, (*path, index))


def _power_fault(obj: Mapping[str, Any]) -> Fault | None:
    """Return where the pod of an object asks for power over its node; a kind whose pods are at no known path is refused."""
    path = _POD_PATHS.get(obj["kind"])
    if path is None:
        known = not _holds_pods(schema_file(MINORS[0], (obj["apiVersion"], obj["kind"])), obj["kind"])
        return None if known else ("", f"the gate does not know where a {obj['kind']} holds its pods")
    pod: Any = obj
    for step in path:
        pod = pod.get(step, {})
    for switch in _POD_SWITCHES:
        if pod.get(switch):
            return _pointer((*path, switch)), "a pod may not share the namespaces of its node"
    for group in _CONTAINER_GROUPS:
        for index, container in enumerate(pod.get(group, ())):
            if fields := _container_power(container.get("securityContext", {})):
                return _pointer(
                    (*path, group, index, "securityContext", *fields)
                ), "a container may not gain privileges"
    return None


@cache
def _holds_pods(file: str, name: str) -> bool:
    """Return whether the schema of a kind reaches the containers of a pod."""
    definitions = loads(asset(file).read_bytes())["$defs"]
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        seen.add(one := waiting.pop())
        text = dumps(definitions[one])
        if '"containers"' in text:
            return True
        waiting += {ref for ref in _REFERENCE.findall(text) if ref not in seen}
    return False


def _container_power(context: dict[str, Any]) -> tuple[str, ...]:
    """Return the path of the field by which a security context asks for more than an ordinary process has."""
    if context.get("capabilities", {}).get("add"):
        return "capabilities", "add"
    return tuple(switch for switch in _CONTAINER_SWITCHES if context.get(switch))[:1]


def _subject(obj: Mapping[str, Any]) -> str:
    """Return kind/name for people; what is missing or hostile is shown as Python would write it."""
    metadata = obj.get("metadata")
    words = (obj.get("kind"), metadata.get("name") if isinstance(metadata, dict) else None)
    return "/".join(word if isinstance(word, str) and word.isprintable() else ascii(word) for word in words)


def _pointer(path: "tuple[str | int, ...] | list[str | int]") -> str:
    """Return a path as a JSON pointer (RFC 6901), hostile keys escaped."""
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return "".join(f"/{step if step.isprintable() else ascii(step)}" for step in steps)
