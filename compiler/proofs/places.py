"""Where the machines of a cluster are: hosts by name, and the zones of pools whose nodes have no names of their own."""

from msgspec import Struct

from compiler.model.cluster import Spec
from compiler.values.keypath import KeyPath


class Place(Struct, frozen=True):
    """Site and zone of a host or of one zone of a pool, None where it is not stated; `path`: where it would be."""

    name: str
    path: KeyPath
    site: str | None
    zone: str | None


def places(spec: Spec) -> tuple[Place, ...]:
    """Return every place in which something of the cluster runs."""
    hosts = [Place(n, ("spec", "hosts", n), host.site, host.zone) for n, host in spec.hosts.items()]
    pools = [
        Place(f"pool {name}", ("spec", "pools", name), pool.site, zone)
        for name, pool in spec.pools.items()
        if pool.count is not None
        for zone in (pool.zones or (None,))
    ]
    return (*hosts, *pools)
