"""Memory, disk and quota of etcd leave room for the data that is expected.

Why it matters: at its quota etcd takes no more writes until someone compacts and defragments it by hand; with less memory than
quota it is killed while it serves; with a full disk it stops. All three come on a busy day, and all three hit every member at once,
because the members hold the same data. A restore needs the room a second time.

How to fix: a quota of at least twice the expected data and at most 8Gi, memory of at least the quota and never under 2Gi, a disk of
at least twice the quota and never under 8Gi. Normal sizes are 8Gi of memory and 20Gi of disk.

Bad:

    etcd: {memory: 2Gi, disk: 10Gi, quota: 8Gi, expectedData: 6Gi}

Good:

    etcd: {memory: 8Gi, disk: 50Gi, quota: 4Gi, expectedData: 600Mi}
"""

from collections.abc import Iterator
from decimal import Decimal

from compiler.findings.finding import Claim
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.model.etcd import Etcd
from compiler.proofs.proofs import Proofs
from compiler.values import quantity

SEVERITY = severity(lab="warning", edge="error", production="error")

GIB = 2**30
# etcd's hardware guide and its quota constants: default quota 2 GiB, a warning at start above 8 GiB.
DEFAULT_QUOTA = Decimal(2 * GIB)
LARGEST_QUOTA = Decimal(8 * GIB)
LEAST_MEMORY = Decimal(2 * GIB)
LEAST_DISK = Decimal(8 * GIB)


def check(spec: Spec, proofs: Proofs) -> Iterator[Claim]:
    """Yield a claim for each size that is too small, too large or not stated."""
    if proofs.placement is None:
        return
    etcd = spec.etcd or Etcd()
    yield from _unstated(spec, etcd)
    quota = etcd.quota.amount if etcd.quota else DEFAULT_QUOTA
    yield from _quota(etcd, quota)
    yield from _floor(
        "memory",
        etcd.memory.amount if etcd.memory else None,
        quota,
        LEAST_MEMORY,
        "etcd is killed while it serves, on every member alike",
    )
    yield from _floor(
        "disk",
        etcd.disk.amount if etcd.disk else None,
        2 * quota,
        LEAST_DISK,
        "the disk fills during a defragmentation or a restore, and the member stops",
    )


def _unstated(spec: Spec, etcd: Etcd) -> Iterator[Claim]:
    missing = [
        name
        for name, value in (("memory", etcd.memory), ("disk", etcd.disk), ("expectedData", etcd.expected_data))
        if value is None
    ]
    if missing:
        yield Claim(
            ("spec", "etcd") if spec.etcd else ("spec", "controlPlane"),
            f"etcd's {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not stated",
            "whether the members are large enough is not proven",
            f"state {', '.join(f'`etcd.{name}`' for name in missing)}",
            on_key=True,
            proven=False,
        )


def _quota(etcd: Etcd, quota: Decimal) -> Iterator[Claim]:
    path = ("spec", "etcd", "quota") if etcd.quota else ("spec", "etcd", "expectedData")
    if quota > LARGEST_QUOTA:
        yield Claim(
            path,
            f"a quota of {quantity.of_bytes(int(quota))} is above {quantity.of_bytes(int(LARGEST_QUOTA))}",
            "a member that must catch up or be restored takes longer than the RTO allows for, and etcd warns at each"
            " start",
            f"set `etcd.quota` to at most {quantity.of_bytes(int(LARGEST_QUOTA))} and keep application state out of"
            " the API",
        )
    elif etcd.expected_data and quota < 2 * etcd.expected_data.amount:
        yield Claim(
            path,
            f"a quota of {quantity.of_bytes(int(quota))} is less than twice the expected"
            f" {quantity.of_bytes(int(etcd.expected_data.amount))}",
            "history and fragmentation double the file: at its quota etcd refuses every write until it is compacted by"
            " hand",
            f"set `etcd.quota` to at least {quantity.of_bytes(int(2 * etcd.expected_data.amount))}",
        )


def _floor(field: str, stated: Decimal | None, asked: Decimal, least: Decimal, impact: str) -> Iterator[Claim]:
    """Yield a claim where a size is below what the quota asks for, or below the least of any member."""
    floor = max(asked, least)
    if stated is not None and stated < floor:
        needed = quantity.of_bytes(int(floor))
        by, way_out = ("this quota", ", or lower `etcd.quota`") if asked > least else ("any member", "")
        yield Claim(
            ("spec", "etcd", field),
            f"{quantity.of_bytes(int(stated))} of {field} is less than the {needed} that {by} needs",
            impact,
            f"give each member at least {needed} of {field}{way_out}",
        )
