"""Memory, disk and quota of etcd leave space for the data that is expected.

Why it matters: at its quota etcd refuses every write until someone compacts and defragments it by hand; with less memory than
quota it is killed while it serves; with a full disk it stops. All three happen on a busy day and hit every member at once, because
the members hold the same data. A restore needs the space a second time.

How to fix: a quota of at least twice the expected data and at most 8Gi, memory of at least the quota and never under 2Gi, a disk of
at least twice the quota and never under 8Gi. Normal sizes are 8Gi of memory and 20Gi of disk.

Bad, at spec.etcd.memory:

    etcd: {memory: 2Gi, disk: 10Gi, quota: 8Gi, expectedData: 6Gi}

Good:

    etcd: {memory: 8Gi, disk: 50Gi, quota: 4Gi, expectedData: 600Mi}
"""

from collections.abc import Iterator
from decimal import Decimal

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.etcd_size import MAX_QUOTA, EtcdSize
from compiler.proofs.proofs import Proofs
from compiler.values import quantity

SEVERITY = severity(lab="warning", edge="error", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation for each size that is too small, too large or not stated."""
    size = proofs.etcd_size
    if size is None:
        return
    yield from _not_stated(spec, size)
    if size.quota > MAX_QUOTA:
        yield _large_quota(spec, size)
    elif size.quota < size.min_quota:
        yield _small_quota(spec, size)
    if size.memory is not None and size.memory < size.min_memory:
        impact = "etcd is killed while it serves, on every member alike"
        yield _too_small("memory", size.memory, size.min_memory, size.quota, impact)
    if size.disk is not None and size.disk < size.min_disk:
        impact = "the disk fills during a defragmentation or a restore, and the member stops"
        yield _too_small("disk", size.disk, size.min_disk, 2 * size.quota, impact)


def _not_stated(spec: Spec, size: EtcdSize) -> Iterator[Violation]:
    stated = {"memory": size.memory, "disk": size.disk, "expectedData": size.expected_data}
    missing = [name for name, value in stated.items() if value is None]
    if missing:
        yield Violation(
            path=("spec", "etcd") if spec.etcd else ("spec", "controlPlane"),
            message=f"etcd's {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not stated",
            impact="whether the members are large enough is not proven",
            fix=f"state {', '.join(f'`etcd.{name}`' for name in missing)}",
            on_key=True,
            proven=False,
        )


def _large_quota(spec: Spec, size: EtcdSize) -> Violation:
    return Violation(
        path=("spec", "etcd", "quota"),
        message=f"a quota of {_text(size.quota)} is above {_text(MAX_QUOTA)}",
        impact="a member that catches up or is restored takes longer than the RTO allows for, and etcd warns at each start",
        fix=f"set `etcd.quota` to at most {_text(MAX_QUOTA)} and keep application state out of the API",
    )


def _small_quota(spec: Spec, size: EtcdSize) -> Violation:
    stated = spec.etcd is not None and spec.etcd.quota is not None
    return Violation(
        path=("spec", "etcd", "quota" if stated else "expectedData"),
        message=f"a quota of {_text(size.quota)} is less than twice the expected {_text(size.min_quota / 2)}",
        impact="history and fragmentation double the file: at its quota etcd refuses every write until it is compacted by hand",
        fix=f"set `etcd.quota` to at least {_text(size.min_quota)}"
        if size.min_quota <= MAX_QUOTA
        else f"keep application state out of the API until `etcd.expectedData` is at most {_text(MAX_QUOTA / 2)}",
    )


def _too_small(field: str, stated: Decimal, needed: Decimal, by_quota: Decimal, impact: str) -> Violation:
    cause, alternative = (
        ("this quota needs", ", or lower `etcd.quota`") if needed == by_quota else ("any member needs", "")
    )
    return Violation(
        path=("spec", "etcd", field),
        message=f"{_text(stated)} of {field} is less than the {_text(needed)} that {cause}",
        impact=impact,
        fix=f"give each member at least {_text(needed)} of {field}{alternative}",
    )


def _text(size: Decimal) -> str:
    return quantity.of_bytes(int(size))
