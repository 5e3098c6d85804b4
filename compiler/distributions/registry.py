"""Which distributions there are, and those that are refused by name."""

from types import MappingProxyType

from compiler.distributions.capabilities import Distribution, Placement
from compiler.distributions.external_etcd import EXTERNAL
from compiler.distributions.kubeadm import STACKED
from compiler.distributions.managed import MANAGED

DISTRIBUTIONS = (STACKED, EXTERNAL, MANAGED)
NAMES = tuple(dict.fromkeys(distribution.name for distribution in DISTRIBUTIONS))
DEFAULT = STACKED.name
MEANINGS = MappingProxyType({distribution.name: distribution.meaning for distribution in DISTRIBUTIONS})

FOR_TESTS = MappingProxyType({"kind": "kind", "minikube": "Minikube", "k3d": "k3d", "docker-desktop": "Docker Desktop"})
"""Distributions that are thrown away and created again, as a spec might name them, and their own spelling."""


def distribution(name: str, placement: Placement) -> Distribution:
    """Return a distribution in the shape that a cluster has. `placement` has no meaning where a provider runs etcd."""
    for known in DISTRIBUTIONS:
        if known.name == name and (known.etcd is None or known.etcd.placement == placement):
            return known
    raise ValueError(f"no distribution {name!r} with {placement} etcd: known are {', '.join(NAMES)}")
