"""Capacity: what the pools can hand out, and what the managed quotas together let workloads request."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from compiler.model.checks import Quantity
from compiler.model.cluster import Spec
from compiler.model.namespaces import QUOTA_KEYS, QuotaKey
from compiler.model.topology import Pool

Compute = Literal["cpu", "memory"]


class Balance(Struct, frozen=True, kw_only=True):
    """One resource of the whole cluster: allocatable and the sum of the quotas on requests, in cores or bytes."""

    resource: Compute
    key: QuotaKey
    allocatable: Decimal | None
    quotas: Decimal
    namespaces: tuple[str, ...]

    @property
    def exceeds(self) -> bool:
        """Whether the quotas sum to more than the pools have; False where that is not known."""
        return self.allocatable is not None and self.quotas > self.allocatable


def balances(spec: Spec) -> tuple[Balance, ...]:
    """Return the balance of cpu and memory, for those that a managed quota limits. `allocatable` is None where a host says nothing."""
    return tuple(found for found in (_balance(spec, "cpu"), _balance(spec, "memory")) if found.namespaces)


def _balance(spec: Spec, resource: Compute) -> Balance:
    key = next(k for k, kind in QUOTA_KEYS.items() if (kind.resource, kind.side) == (resource, "requests"))
    managed = {name: section for name, section in spec.namespaces.items() if section.manage and key in section.quota}
    quotas = {name: section.quota[key].amount for name, section in managed.items()}
    return Balance(
        resource=resource,
        key=key,
        allocatable=allocatable(spec, resource),
        quotas=sum(quotas.values(), Decimal(0)),
        namespaces=tuple(quotas),
    )


def allocatable(spec: Spec, resource: Compute) -> Decimal | None:
    """Return what all pools can hand out; None where a host of a pool does not state its size, or no pool is stated."""
    shares = [share for pool in spec.pools.values() for share in _shares(spec, pool, resource)]
    if not shares or None in shares:
        return None
    return sum((s for s in shares if s is not None), Decimal(0))


def left(spec: Spec, resource: Compute, gone: set[str], nodes: Mapping[str, int]) -> Decimal | None:
    """Return what the pools can hand out without some hosts; `nodes`: how many are left of each pool that is counted."""
    total = Decimal(0)
    for name, pool in spec.pools.items():
        if pool.count is not None:
            shares = [_share(getattr(pool, resource), pool, resource)] * nodes[name]
        else:
            shares = [_share(getattr(spec.hosts[h], resource), pool, resource) for h in pool.hosts if h not in gone]
        if None in shares:
            return None
        total += sum((s for s in shares if s is not None), Decimal(0))
    return total if spec.pools else None


def _shares(spec: Spec, pool: Pool, resource: Compute) -> list[Decimal | None]:
    """Return what each node of a pool can hand out."""
    if pool.count is not None:
        return [_share(getattr(pool, resource), pool, resource)] * pool.count
    return [_share(getattr(spec.hosts[host], resource), pool, resource) for host in pool.hosts]


def _share(size: Quantity | None, pool: Pool, resource: Compute) -> Decimal | None:
    reserved: Quantity | None = getattr(pool.reserved, resource)
    if size is None:
        return None
    return max(Decimal(0), size.amount - (reserved.amount if reserved else 0))
