"""What a tier promises by itself: saying less in `promise` proves no less."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from compiler.model.cluster import Spec
from compiler.model.promise import Loss, Tier
from compiler.model.topology import DomainKind


class Minimum(Struct, frozen=True):
    """Losses that a cluster keeps serving through, and losses that it comes back from."""

    stay_up: tuple[DomainKind, ...] = ()
    recover: tuple[Loss, ...] = ()


BY_TIER: Mapping[Tier, Minimum] = MappingProxyType(
    {
        "lab": Minimum(),
        "edge": Minimum((), ("host", "operator-error")),
        "production": Minimum(("host",), ("host", "site", "operator-error", "credential-theft")),
    }
)


def minimum(spec: Spec) -> Minimum:
    """Return the minimum of a cluster's tier. That the control plane stays up is the provider's to promise where one runs it."""
    whole = BY_TIER[spec.tier]
    return whole if spec.control_plane is not None else Minimum((), whole.recover)


def missing(spec: Spec) -> Minimum:
    """Return the part of the minimum that the cluster's promise does not name."""
    least, promise = minimum(spec), spec.promise
    return Minimum(
        tuple(kind for kind in least.stay_up if kind not in promise.stay_up),
        tuple(loss for loss in least.recover if loss not in promise.recover),
    )


def losses(spec: Spec) -> tuple[Loss, ...]:
    """Return every loss that the cluster has to come back from: those of its promise, then the rest of the minimum."""
    return (*spec.promise.recover, *missing(spec).recover)
