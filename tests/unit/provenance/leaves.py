"""Every leaf of a spec with other values for it: what is stated, what is absent, and whole sections that come or go."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

from compiler.model.cluster import ClusterSpec
from compiler.values.keypath import KeyPath

ABSENT = object()
DIGEST = "@sha256:" + "9c" * 32
# Self-signed, and their keys were thrown away.
CERTIFICATES = [
    """-----BEGIN CERTIFICATE-----
MIIBUTCCAQOgAwIBAgIUe/RZsTjz8fdou1oj1Q+tsjwgLO8wBQYDK2VwMB0xGzAZ
BgNVBAMMEkV4YW1wbGUgc3RvcmUgQ0EgMTAgFw0yNjExMjExODEyMDFaGA8yMTI2
MTAyODE4MTIwMVowHTEbMBkGA1UEAwwSRXhhbXBsZSBzdG9yZSBDQSAxMCowBQYD
K2VwAyEAtMOLoPHGLcQVPL5NMYklzIyy+DNPryKJEsm5fszfDZmjUzBRMB0GA1Ud
DgQWBBS9evW/dM5IiL/APl/EaTUETYhLkDAfBgNVHSMEGDAWgBS9evW/dM5IiL/A
Pl/EaTUETYhLkDAPBgNVHRMBAf8EBTADAQH/MAUGAytlcANBANyy3JRU656i84OT
DbwiG6zeUSK3E2xFHuqdz0gw78CniagAd3m1ei5KJ0FVPN5GnnPMlt8oEgMFzRb5
Zlx04gw=
-----END CERTIFICATE-----
""",
    """-----BEGIN CERTIFICATE-----
MIIBUTCCAQOgAwIBAgIUe+KBOfHEIpsFeLh5cTmnmQCmEVEwBQYDK2VwMB0xGzAZ
BgNVBAMMEkV4YW1wbGUgc3RvcmUgQ0EgMjAgFw0yNjExMjExODEyMDFaGA8yMTI2
MTAyODE4MTIwMVowHTEbMBkGA1UEAwwSRXhhbXBsZSBzdG9yZSBDQSAyMCowBQYD
K2VwAyEATC+0hZOb0R2H4quIHUC9AwZETR4NqPJhkb+J/KVQNO2jUzBRMB0GA1Ud
DgQWBBRxfRc+6BM401f0z0nWesR5lv3r+jAfBgNVHSMEGDAWgBRxfRc+6BM401f0
z0nWesR5lv3r+jAPBgNVHRMBAf8EBTADAQH/MAUGAytlcANBAGZhkDJuHyIVlqyt
gLoXxYMFRAiE5oX0pqWN6uXN3eqvman22NHcZfePJ0/ZvtEVPINVuHPGHpOsqN93
Mvfe0w8=
-----END CERTIFICATE-----
""",
    """-----BEGIN CERTIFICATE-----
MIIBUTCCAQOgAwIBAgIUT8EbKOaipw9oQpxs61opFkdhZW4wBQYDK2VwMB0xGzAZ
BgNVBAMMEkV4YW1wbGUgc3RvcmUgQ0EgMzAgFw0yNjExMjExODEyMDFaGA8yMTI2
MTAyODE4MTIwMVowHTEbMBkGA1UEAwwSRXhhbXBsZSBzdG9yZSBDQSAzMCowBQYD
K2VwAyEAlUqRO3AS1+nCa+ocQFIzn5p5KqS37QWKD7/5OTm9DISjUzBRMB0GA1Ud
DgQWBBRpqKbHI2bA0xIF+FcdOKa3aN/pwTAfBgNVHSMEGDAWgBRpqKbHI2bA0xIF
+FcdOKa3aN/pwTAPBgNVHRMBAf8EBTADAQH/MAUGAytlcANBAFxd0xmt6BvuyzUU
zz9Zy2nytaW00Hbi4SRboavonayCrUijjDiwmK2P+SxuuCBrp/WAhr3JIyBJx2t9
y5B7CQw=
-----END CERTIFICATE-----
""",
    """-----BEGIN CERTIFICATE-----
MIIBUTCCAQOgAwIBAgIUNBMK4E4hwqyfAXvDEA64jmqIMQcwBQYDK2VwMB0xGzAZ
BgNVBAMMEkV4YW1wbGUgc3RvcmUgQ0EgNDAgFw0yNjExMjExODEyMDFaGA8yMTI2
MTAyODE4MTIwMVowHTEbMBkGA1UEAwwSRXhhbXBsZSBzdG9yZSBDQSA0MCowBQYD
K2VwAyEAVvkAiSzgU7uhGPSa370oyY/Av3RVzWU5yCt9JfRAvH6jUzBRMB0GA1Ud
DgQWBBRgIUTVgk2bHR403whEMmbnouYn/DAfBgNVHSMEGDAWgBRgIUTVgk2bHR40
3whEMmbnouYn/DAPBgNVHRMBAf8EBTADAQH/MAUGAytlcANBAAdT5WoUULj8b+jV
hw/ZyCmWlKxYmTyYU/vyotHaM+TdTBsdjxDjUAxBbWx+6jypKkW6U2/Q6mOQznis
cmndeQM=
-----END CERTIFICATE-----
""",
]
POOLS: dict[str, list[Any]] = {
    "DNS label": ["other", "x1", "south", "east", "offsite"],
    "DNS label, or a list of them": ["A", "B", "X", ["A", "B"]],
    "DNS subdomain": ["other", "a.b"],
    "IANA time zone": ["Europe/Madrid", "America/New_York", "Asia/Tokyo", "UTC"],
    "IP address": ["10.99.0.1", "192.0.2.200", "10.20.0.99", "2001:db8::99"],
    "Git branch": ["other", "release/2", "x", "main"],
    "Kubernetes version, or `from` and `to` during an upgrade": [
        "1.35.5",
        "1.34.1",
        "1.36.0",
        {"from": "1.35.1", "to": "1.36.0"},
    ],
    "URL": [
        "https://other.example.net:6443",
        "https://x.example.net",
        "https://y.example.net/a/b",
        "https://z.net:443",
    ],
    "URL of a Git repository": ["https://other.example.net/x.git", "ssh://git@other.example.net/y.git"] * 2,
    "URL of a server": [
        "https://s3.other.example.net",
        "https://x.example.net:9000",
        "http://y.example.net",
        "https://z",
    ],
    "Velero version": ["1.16.0", "1.17.1", "1.18.2", "1.18.3"],
    "age recipient": [
        "age1ztf9w8uxehl6vgz0886tjnxynq3xm3tfgnl5f8d4nhhhu0ca3xksm0rrhf",
        "age1tksk5j2dq8fx67ht3ddrr8qkz4tqrjnzzxknh8s6fcvzpz3c37vqtehv54",
        "age10nnmn938e6tk0qwfkgyevzlmugffahtxr7ukras49wsc8p8za9esj62zjp",
        "age1wdfq8q7wx6hcnxx7kuce2qg8ah5vrdh9ae2ytapwt7dsrplvysesac2xc3",
    ],
    "bucket name": ["other-bucket", "x-1", "bucket.of.dots", "b" * 60],
    "certificates in PEM": CERTIFICATES,
    "cron schedule of five fields": ["*/5 * * * *", "0 * * * *", "30 2 * * *", "0 0 * * 0", "15 1 1 * *"],
    "date": ["2099-01-01", "2090-12-31", "2098-06-30", "2097-02-28"],
    "duration": ["30s", "1m", "45m", "3h", "26h", "60d"],
    "ed25519 public key": ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + c * 43 for c in "aB0/"],
    "fingerprint": ["sha256:" + c * 64 for c in "0a5f"],
    "fingerprint of a GnuPG key": [c * 40 for c in "A05F"],
    "image by digest": [
        f"{name}{DIGEST}" for name in ("r.example.net/a", "r.example.net/b/c", "r.net:5000/d", "e.net/f")
    ],
    "jump host of ssh": ["bastion.example.net", "rescue@bastion.example.net:2222", "10.0.0.9:22", "x"],
    "key path": ["spec", "spec.etcd", "spec.hosts", "spec.namespaces"],
    "job of Prometheus": ["other", "monitoring/etcd", "a.b:c"],
    "label value": ["other", "x", "a.b", "Z1"],
    "annotation value": ["other", "x", "a.b", "Z1"],
    "number of pods, or a percentage of them": [1, 2, "25%", "50%", 7],
    "path in a bucket": ["other", "a/b/c", "x", "dr"],
    "quantity": ["1", "250m", "3Gi", "900Gi", "64Mi"],
    "region": ["us-east-1", "x-1", "eu-north-9", "local"],
    "user of a host": ["rescue", "admin", "core", "root"],
    "text": ["Other", "Some text", "x", "Whoever it is"],
}


@dataclass(frozen=True)
class Change:
    """One leaf with another value, or a whole section without one; `leaf` is its path with every name of a map replaced by `*`."""

    path: KeyPath
    leaf: KeyPath
    value: Any
    section: bool = False


@cache
def _schema() -> dict[str, Any]:
    return ClusterSpec.model_json_schema()


def changes(spec: Any) -> Iterator[Change]:
    """Yield every change of a spec's tree."""
    node = _resolved(_schema()["properties"]["spec"])
    yield from _section(node, spec, ("spec",), ("spec",))


def changed(tree: Any, change: Change) -> Any:
    """Return a tree with one change."""
    copy = deepcopy(tree)
    *above, last = change.path
    parent = copy
    for step in above:
        parent = parent.setdefault(step, {})
    if change.value is ABSENT:
        parent.pop(last, None)
    else:
        parent[last] = change.value
    return copy


def _section(node: dict[str, Any], value: Any, path: KeyPath, leaf: KeyPath) -> Iterator[Change]:
    for key, field in node["properties"].items():
        stated = value.get(key) if isinstance(value, dict) else None
        yield from _field(field, stated, (*path, key), (*leaf, key))


def _field(field: dict[str, Any], stated: Any, path: KeyPath, leaf: KeyPath) -> Iterator[Change]:
    """A section that is absent is looked into all the same: each of its leaves then has its default."""
    target = _resolved(field)
    section = "properties" in target or "properties" in _entry(target)
    if stated is not None:
        yield Change(path, leaf, ABSENT, section)
    if "properties" in target:
        yield from _section(target, stated, path, leaf)
    elif "properties" in _entry(target):
        for name, entry in (stated or {}).items():
            yield Change((*path, name), (*leaf, "*"), ABSENT, section=True)
            yield from _section(_entry(target), entry, (*path, name), (*leaf, "*"))
    else:
        for value in _values(target, field.get("examples", []), stated):
            if value != stated:
                yield Change(path, leaf, value)


def _values(node: dict[str, Any], examples: list[Any], stated: Any) -> Iterator[Any]:
    yield from examples
    if node.get("type") == "array":
        yield from _lists(node, stated or [])
    elif node.get("type") == "object":
        yield from _maps(node, stated or {})
    else:
        yield from _scalars(node, stated)


def _lists(node: dict[str, Any], stated: list[Any]) -> Iterator[list[Any]]:
    yield from (stated[:-1], stated[1:], stated[::-1], [])
    item_node = _resolved(node["items"])
    for item in () if "properties" in item_node else _scalars(item_node, None):
        yield from ([item], [*stated, item])


def _maps(node: dict[str, Any], stated: dict[str, Any]) -> Iterator[dict[str, Any]]:
    values = list(_scalars(_entry(node), None))
    for key in stated:
        yield {k: v for k, v in stated.items() if k != key}
        yield from ({**stated, key: value} for value in values)
    names = _resolved(node.get("propertyNames", {})).get("enum", ["default", "other", "fast"])
    yield from ({**stated, name: value} for name in names[:3] for value in values[:2])
    yield {}


def _scalars(node: dict[str, Any], stated: Any) -> Iterator[Any]:
    if "enum" in node:
        yield from node["enum"]
    elif "const" in node:
        yield node["const"]
    elif node.get("type") == "boolean":
        yield from (True, False)
    elif node.get("type") == "integer":
        yield from (0, 1, 2, 1000, *((stated - 1, stated + 1) if isinstance(stated, int) else ()))
    else:
        yield from POOLS[node["kind"]]


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in node:
        return dict(_schema()["$defs"][node["$ref"].rpartition("/")[2]])
    if "anyOf" in node and "kind" not in node:
        return _resolved(next(option for option in node["anyOf"] if option.get("type") != "null"))
    return node


def _entry(node: dict[str, Any]) -> dict[str, Any]:
    """Return what the values of a map are; nothing for what is no map."""
    entries = [node.get("additionalProperties"), *node.get("patternProperties", {}).values()]
    return next((_resolved(entry) for entry in entries if isinstance(entry, dict)), {})
