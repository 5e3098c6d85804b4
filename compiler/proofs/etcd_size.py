"""Size of etcd: what memory, disk and quota of a member must be for the expected data. All sizes in bytes."""

from decimal import Decimal

from msgspec import Struct

from compiler.model.checks import Quantity
from compiler.model.cluster import Spec
from compiler.model.etcd import Etcd

GIB = 2**30
# etcd's hardware guide and its quota constants: default quota 2 GiB, a warning at start above 8 GiB.
DEFAULT_QUOTA = Decimal(2 * GIB)
MAX_QUOTA = Decimal(8 * GIB)
MIN_MEMORY = Decimal(2 * GIB)
MIN_DISK = Decimal(8 * GIB)


# etcd's hardware guide: example sizes of clusters up to so many nodes, and beyond the last.
MEMORY = ((50, MIN_MEMORY), (250, Decimal(16 * GIB)), (1000, Decimal(32 * GIB)))
LARGEST_MEMORY = Decimal(64 * GIB)


class EtcdSize(Struct, frozen=True, kw_only=True):
    """The sizes of one member; None where the spec does not state one. The quota is etcd's default where none is stated."""

    quota: Decimal
    expected_data: Decimal | None
    memory: Decimal | None
    disk: Decimal | None

    @property
    def min_quota(self) -> Decimal:
        """History and fragmentation double the file."""
        return 2 * (self.expected_data or Decimal(0))

    @property
    def min_memory(self) -> Decimal:
        """The whole database is mapped into memory."""
        return max(self.quota, MIN_MEMORY)

    @property
    def min_disk(self) -> Decimal:
        """A defragmentation or a restore writes a second file."""
        return max(2 * self.quota, MIN_DISK)


def size(spec: Spec) -> EtcdSize | None:
    """Return the sizes of a member, or None where the provider runs the control plane."""
    if spec.control_plane is None:
        return None
    etcd = spec.etcd or Etcd()
    return EtcdSize(
        quota=etcd.quota.amount if etcd.quota else DEFAULT_QUOTA,
        expected_data=_amount(etcd.expected_data),
        memory=_amount(etcd.memory),
        disk=_amount(etcd.disk),
    )


def nodes(spec: Spec) -> int:
    """Return how many nodes a cluster has: its hosts, and the counted ones of its pools."""
    return len(spec.hosts) + sum(pool.count or 0 for pool in spec.pools.values())


def memory_for(count: int) -> Decimal:
    """Return the memory of a member for so many nodes; up to the first size of the guide only the floor of any member."""
    return next((memory for most, memory in MEMORY if count <= most), LARGEST_MEMORY)


def _amount(stated: Quantity | None) -> Decimal | None:
    return stated.amount if stated else None
