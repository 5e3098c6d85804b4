"""Generate the trimmed schemas that the last gate checks every emitted object against.

Run by `make generate` as `python -m tools.trim [kubernetes] [crds]` (both without arguments); writes
`schemas/kubernetes/v<minor>.json` and `schemas/crds/<group>_<version>_<Kind>.json`. Same packages, same bytes. Which
kinds is the gate's own allow-list.

Sources, named in each file's `$comment`: the strict definitions in the Python package `kubernetes-validate` for the
built-in kinds, the CRD files in the Go modules that `tests/real/tools/*/go.mod` pin for the others.

What is cut: prose, defaults, `status`, null (kedge writes none), metadata that belongs to servers and controllers,
formats that a validator cannot check. What is tightened: unknown fields are refused, integers have the bounds of their
width, quantities and names have their grammar.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version as installed_version
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from compiler.render.gate import BUILT_IN, IN_STEPS, MINORS, GroupKind, schema_file

Schema = dict[str, Any]

ROOT = Path(__file__).resolve().parent.parent
DIALECT = "https://json-schema.org/draft/2020-12/schema"

# Keywords whose value is a schema (or true/false), and those whose value is a list of schemas.
_ONE = frozenset({"additionalProperties", "items", "not"})
_MANY = frozenset({"allOf", "anyOf", "oneOf"})
# fmt: off
_KEPT = frozenset({
    "$ref", "enum", "maxItems", "maxLength", "maxProperties", "maximum", "minItems", "minLength", "minProperties",
    "minimum", "pattern", "required", "type",
})
# For people, for servers that fill in and merge, or (validations: CEL) only a real API server can judge them.
_CUT = frozenset({
    "default", "description", "format", "nullable", "title", "x-kubernetes-group-version-kind",
    "x-kubernetes-int-or-string", "x-kubernetes-list-map-keys", "x-kubernetes-list-type", "x-kubernetes-map-type",
    "x-kubernetes-patch-merge-key", "x-kubernetes-patch-strategy", "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-unions", "x-kubernetes-validations",
})
# fmt: on
_BOUNDS = {
    "int32": {"minimum": -(2**31), "maximum": 2**31 - 1},
    "int64": {"minimum": -(2**63), "maximum": 2**63 - 1},
}

# Grammars of k8s.io/apimachinery: pkg/util/validation (names, labels), pkg/api/resource (quantities).
_DNS_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_LABEL_WORD = "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_LABEL_KEY = rf"^({_DNS_LABEL}(\.{_DNS_LABEL})*/)?{_LABEL_WORD}$"
_QUANTITY = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$"
_TEXT = {"type": "string"}
_LABEL_VALUE = _TEXT | {"pattern": f"^({_LABEL_WORD})?$"}
_BY_LABEL_KEY = {"type": "object", "propertyNames": {"pattern": _LABEL_KEY}}

# Definitions of our own: upstream has them wider (a quantity is any text or float) or with fields that servers own.
_OWN: dict[str, Schema] = {
    "IntOrString": {"type": ["integer", "string"]},
    "Quantity": {"type": ["integer", "string"], "pattern": _QUANTITY},
    "ObjectMeta": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "annotations": _BY_LABEL_KEY | {"additionalProperties": _TEXT},
            "labels": _BY_LABEL_KEY | {"additionalProperties": _LABEL_VALUE},
            "name": _TEXT | {"maxLength": 253, "pattern": rf"^{_DNS_LABEL}(\.{_DNS_LABEL})*$"},
            "namespace": _TEXT | {"maxLength": 63, "pattern": f"^{_DNS_LABEL}$"},
        },
    },
}
# Scope of the built-in kinds (`kubectl api-resources`): the definitions do not say it, a CRD does.
_BUILT_IN_CLUSTER_WIDE = frozenset(
    {"Namespace", "PriorityClass", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"}
)
_WANTED = BUILT_IN | {kind for kind in IN_STEPS if kind[0] == "v1"}
# Shorter than the 253 of other names: a namespace is a DNS label; a CronJob's jobs add eleven characters to its own.
_NAME_LIMITS = {"Namespace": 63, "CronJob": 52}


class TrimError(Exception):
    """A source is missing, or says something that this generator does not know how to trim."""


# --- one schema node


def trimmed(node: Schema) -> Schema:
    """Return what a validator can check of an upstream schema node; refuses a keyword that it does not know."""
    out: Schema = {}
    for keyword, value in node.items():
        if keyword == "properties":
            out[keyword] = {name: trimmed(child) for name, child in value.items()}
        elif keyword in _ONE:
            out[keyword] = trimmed(value) if isinstance(value, dict) else value
        elif keyword in _MANY:
            out[keyword] = [trimmed(child) for child in value]
        elif keyword in _KEPT and not _unportable(keyword, value):
            out[keyword] = value
        elif keyword not in _KEPT | _CUT:
            raise TrimError(f"unknown schema keyword {keyword!r}")
    return out | _sharpened(node)


def _unportable(keyword: str, value: object) -> bool:
    """Return whether it is a Go pattern with an inline flag, `(?i)`, which JSON Schema's dialect does not have."""
    return keyword == "pattern" and "(?" in str(value)


def _sharpened(node: Schema) -> Schema:
    """Return as plain keywords what upstream says by format, by extension or by allowing null."""
    out: Schema = dict(_BOUNDS.get(node.get("format", ""), {}))
    if isinstance(node.get("type"), list):
        (out["type"],) = (name for name in node["type"] if name != "null")
    if node.get("x-kubernetes-int-or-string"):
        out["type"] = ["integer", "string"]
    if node.get("x-kubernetes-preserve-unknown-fields"):
        out["additionalProperties"] = True
    if node.get("x-kubernetes-list-type") == "set":
        out["uniqueItems"] = True
    if (name := _short(node.get("$ref", ""))) in _OWN:
        out["$ref"] = f"#/$defs/{name}"
    return out


def _short(reference: str) -> str:
    """Return the last word of a reference: `#/$defs/io.k8s.api.core.v1.PodSpec` ends in `PodSpec`."""
    return reference.rpartition(".")[2]


def closed(node: Schema) -> Schema:
    """Return a trimmed CRD schema that refuses the fields which the API server would prune.

    Only the structural skeleton is closed (properties, items, additionalProperties), never the branches of `anyOf` and
    its kin: those constrain values and list no fields.
    """
    out = dict(node)
    if "properties" in node:
        out["properties"] = {name: closed(child) for name, child in node["properties"].items()}
    for keyword in ("items", "additionalProperties"):
        if isinstance(node.get(keyword), dict):
            out[keyword] = closed(node[keyword])
    if node.get("type") == "object":
        out.setdefault("additionalProperties", False)
    return out


def whole_object(kind: GroupKind, schema: Schema, namespaced: bool) -> Schema:
    """Return the schema of an API object as kedge writes it: this kind, a name (in a namespace or none), no status."""
    properties = {name: child for name, child in schema["properties"].items() if name != "status"}
    properties["apiVersion"] = {"const": kind[0]}
    properties["kind"] = {"const": kind[1]}
    properties["metadata"] = _metadata(kind[1], namespaced)
    required = sorted({"apiVersion", "kind", "metadata", *schema.get("required", ())})
    return schema | {"properties": properties, "required": required}


def _metadata(kind: str, namespaced: bool) -> Schema:
    """Return the schema of a kind's metadata: the common one, its own name limit, a namespace always or never."""
    own: Schema = {"name": {"maxLength": _NAME_LIMITS[kind]}} if kind in _NAME_LIMITS else {}
    if namespaced:
        return {"$ref": "#/$defs/ObjectMeta", "properties": own, "required": ["name", "namespace"]}
    return {"$ref": "#/$defs/ObjectMeta", "properties": own | {"namespace": False}, "required": ["name"]}


# --- built-in kinds


def kubernetes_schema(minor: str) -> str:
    """Return the schema file of a Kubernetes minor: every allowed built-in kind and what those refer to."""
    package = files("kubernetes_validate") / "kubernetes-json-schema" / f"v{minor}.0-local-strict"
    upstream: dict[str, Schema] = json.loads((package / "_definitions.json").read_text("utf-8"))["$defs"]
    roots = {kind: node for node in upstream.values() for kind in _kinds(node) if kind in _WANTED}
    if missing := _WANTED - roots.keys():
        raise TrimError(f"Kubernetes {minor} has no schema for {sorted(missing)}")
    definitions = {
        kind[1]: whole_object(kind, trimmed(node), kind[1] not in _BUILT_IN_CLUSTER_WIDE)
        for kind, node in roots.items()
    }
    waiting = list(definitions.values())
    while waiting:
        for name in _references(waiting.pop()):
            if name not in definitions:
                definitions[name] = _OWN[name] if name in _OWN else trimmed(upstream[name])
                waiting.append(definitions[name])
    release = installed_version("kubernetes-validate")
    return _file(f"kubernetes-validate {release}: v{minor}.0-local-strict", definitions)


def _kinds(node: Schema) -> Iterator[GroupKind]:
    """Yield (apiVersion, kind) for each kind that a definition is the schema of."""
    for entry in node.get("x-kubernetes-group-version-kind", ()):
        yield f"{entry['group']}/{entry['version']}".removeprefix("/"), entry["kind"]


def _references(node: object) -> Iterator[str]:
    """Yield the name of each definition that a trimmed node refers to."""
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"].removeprefix("#/$defs/")
        for child in node.values():
            yield from _references(child)
    elif isinstance(node, list):
        for child in node:
            yield from _references(child)


# --- custom kinds


@dataclass(frozen=True, slots=True)
class CrdSource:
    """Where a CRD is: the Go module, pinned by the folder of `tests/real/tools` named as it, and the file in it."""

    module: str
    file: str


_ARGO = "github.com/argoproj/argo-cd/v3"
_VELERO = "github.com/vmware-tanzu/velero"
_VELERO_CRDS = "config/crd/v1/bases"
_MAJOR = re.compile(r"/v[0-9]+$")  # the end of a Go module's path, not of its name
CRD_SOURCES: dict[GroupKind, CrdSource] = {
    ("velero.io/v1", "BackupStorageLocation"): CrdSource(
        _VELERO, "config/crd/v1/bases/velero.io_backupstoragelocations.yaml"
    ),
    ("velero.io/v1", "Schedule"): CrdSource(_VELERO, "config/crd/v1/bases/velero.io_schedules.yaml"),
    ("velero.io/v1", "Backup"): CrdSource(_VELERO, f"{_VELERO_CRDS}/velero.io_backups.yaml"),
    ("velero.io/v1", "DownloadRequest"): CrdSource(_VELERO, f"{_VELERO_CRDS}/velero.io_downloadrequests.yaml"),
    ("velero.io/v1", "Restore"): CrdSource(_VELERO, f"{_VELERO_CRDS}/velero.io_restores.yaml"),
    ("source.toolkit.fluxcd.io/v1", "GitRepository"): CrdSource(
        "github.com/fluxcd/source-controller", "config/crd/bases/source.toolkit.fluxcd.io_gitrepositories.yaml"
    ),
    ("kustomize.toolkit.fluxcd.io/v1", "Kustomization"): CrdSource(
        "github.com/fluxcd/kustomize-controller", "config/crd/bases/kustomize.toolkit.fluxcd.io_kustomizations.yaml"
    ),
    ("argoproj.io/v1alpha1", "AppProject"): CrdSource(_ARGO, "manifests/crds/appproject-crd.yaml"),
    ("argoproj.io/v1alpha1", "Application"): CrdSource(_ARGO, "manifests/crds/application-crd.yaml"),
    ("monitoring.coreos.com/v1", "PrometheusRule"): CrdSource(
        "github.com/prometheus-operator/prometheus-operator",
        "example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml",
    ),
}


def crd_schema(kind: GroupKind) -> str:
    """Return the schema file of a custom kind, from the CRD in the pinned Go module; raises TrimError without it."""
    source = CRD_SOURCES[kind]
    module = _module(source.module)
    crd = yaml.load((Path(module["Dir"]) / source.file).read_bytes(), Loader=yaml.CSafeLoader)
    version = kind[0].rpartition("/")[2]
    (served,) = (entry for entry in crd["spec"]["versions"] if entry["name"] == version)
    spec = closed(trimmed(served["schema"]["openAPIV3Schema"]))
    schema = whole_object(kind, spec, crd["spec"]["scope"] == "Namespaced")
    comment = f"{module['Path']} {module['Version']}: {source.file}"
    return _file(comment, {kind[1]: schema, "ObjectMeta": _OWN["ObjectMeta"]})


def _module(name: str) -> dict[str, str]:
    """Return what Go says about the pinned module (Path, Version, Dir), fetched into the module cache if need be."""
    command = ["go", "mod", "download", "-json", name]
    folder = ROOT / "tests/real/tools" / _MAJOR.sub("", name).rpartition("/")[2]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True)  # noqa: S603
    if run.returncode:
        raise TrimError(f"{' '.join(command)} failed in {folder}: {run.stdout or run.stderr}")
    described: dict[str, str] = json.loads(run.stdout)
    return described


# --- files


def _file(comment: str, definitions: dict[str, Schema]) -> str:
    """Return a schema file: sorted, one definition a line, so that an update reads well as a diff."""
    compact = {name: json.dumps(node, sort_keys=True, separators=(",", ":")) for name, node in definitions.items()}
    lines = (f"{json.dumps(name)}:{compact[name]}" for name in sorted(compact))
    head = f'"$schema":{json.dumps(DIALECT)},\n"$comment":{json.dumps("generated by tools/trim.py from " + comment)}'
    return "{" + head + ',\n"$defs":{\n' + ",\n".join(lines) + "\n}}\n"


def kubernetes_files() -> dict[str, str]:
    """Return the generated files of the built-in kinds, by path below the repository."""
    return {schema_file(minor, next(iter(BUILT_IN))): kubernetes_schema(minor) for minor in MINORS}


def crd_files() -> dict[str, str]:
    """Return the generated files of the custom kinds, by path below the repository; needs Go and the pinned modules."""
    return {schema_file(MINORS[0], kind): crd_schema(kind) for kind in CRD_SOURCES}


def main(parts: list[str]) -> None:
    """Write the named parts (`kubernetes`, `crds`; all by default)."""
    makers = {"kubernetes": kubernetes_files, "crds": crd_files}
    for part in parts or makers:
        for path, text in makers[part]().items():
            (ROOT / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
