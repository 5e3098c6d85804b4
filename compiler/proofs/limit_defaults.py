"""Defaults of a LimitRange: which request or limit that a quota demands a container does not get when it states none."""

from msgspec import Struct

from compiler.model.cluster import Spec
from compiler.model.namespaces import QUOTA_KEYS, ContainerLimits, QuotaKey, QuotaKind


class MissingDefault(Struct, frozen=True):
    """A key of a managed quota that demands a value of every container, and that the LimitRange does not fill in."""

    namespace: str
    key: QuotaKey
    kind: QuotaKind


def missing(spec: Spec) -> tuple[MissingDefault, ...]:
    """Return every demanded value without a default, in the order of the spec's namespaces and of the quota keys."""
    return tuple(
        MissingDefault(name, key, kind)
        for name, namespace in spec.namespaces.items()
        for key, kind in QUOTA_KEYS.items()
        if namespace.manage and kind.is_compute and key in namespace.quota and not _filled(namespace.limits, kind)
    )


def _filled(limits: ContainerLimits | None, kind: QuotaKind) -> bool:
    """Return whether a container that states nothing gets it; the order is that of SetDefaults_LimitRangeItem, Kubernetes 1.35."""
    if limits is None:
        return False
    limit = kind.resource in limits.default or kind.resource in limits.max
    if kind.side == "limits":
        return limit
    return limit or kind.resource in limits.default_request or kind.resource in limits.min
