"""What no other cluster may have: the endpoint, the CA, the addresses and the places in buckets, each in one spelling."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from msgspec import Struct

from compiler.model.cluster import ClusterSpec
from compiler.values.keypath import KeyPath

_PORTS = {"https": 443, "http": 80}


class Mark(Struct, frozen=True):
    """One value that tells a cluster from every other. `kind`: endpoint, CA, address or place (of backups in a bucket)."""

    kind: str
    value: str
    path: KeyPath


def marks(cluster: ClusterSpec) -> Iterator[Mark]:
    """Yield the marks of a cluster. A store inside the cluster is no place that another cluster reaches."""
    spec = cluster.spec
    yield Mark("endpoint", _server(spec.identity.endpoint), ("spec", "identity", "endpoint"))
    if spec.identity.ca_fingerprint:
        yield Mark("CA", spec.identity.ca_fingerprint, ("spec", "identity", "caFingerprint"))
    endpoint = spec.control_plane.endpoint if spec.control_plane else None
    if endpoint and endpoint.vip:
        yield Mark("address", endpoint.vip, ("spec", "controlPlane", "endpoint", "vip"))
    for name, host in spec.hosts.items():
        yield Mark("address", host.address, ("spec", "hosts", name, "address"))
    for name, store in spec.locations.items():
        if not store.in_cluster:
            parts = (_server(store.endpoint), store.bucket, store.prefix, cluster.metadata.stored_as)
            yield Mark("place", "/".join(part for part in parts if part), ("spec", "locations", name))


def _server(url: str) -> str:
    """Return host, port and path of a URL: the default port written out, the host in lower case, no slash at the end.

    The spec's own grammar leaves no other spellings: it has no dot at the end of a host, and addresses are canonical.
    """
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or _PORTS[parts.scheme]}{parts.path.rstrip('/')}"
