"""Where a cluster is in the table of topologies: ten rows from one host to three, and what the next one up needs.

A row is reached when everything that it needs is there. Hosts are physical ones: a virtual machine counts where its hypervisor is. Of the
rows that are reached the last counts, so that every cluster with a control plane of its own is in one.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

from compiler.model.cluster import Spec
from compiler.model.topology import DOMAIN_KINDS, DomainKind
from compiler.proofs import quorum
from compiler.proofs.components import Component, components
from compiler.proofs.placement import Loss, Placement

Need = Literal[
    "mirrored-disks",
    "three-members",
    "two-api-servers",
    "members-in-machines",
    "two-hosts",
    "api-on-two-hosts",
    "etcd-on-one-host",
    "three-hosts",
    "any-host",
    "hosts-in-machines",
]

Row = Literal[
    "one-host/minimum",
    "one-host/redundant-storage",
    "one-host/redundant-control-plane",
    "one-host/hypervisor",
    "two-host/minimum",
    "two-host/redundant-storage",
    "two-host/redundant-control-plane",
    "two-host/hypervisor",
    "three-host/minimum",
    "three-host/hypervisor",
]

ADDS: Mapping[Row, tuple[Need, ...]] = MappingProxyType(
    {
        "one-host/minimum": (),
        "one-host/redundant-storage": ("mirrored-disks",),
        "one-host/redundant-control-plane": ("three-members", "two-api-servers"),
        "one-host/hypervisor": ("members-in-machines",),
        "two-host/minimum": ("two-hosts",),
        "two-host/redundant-storage": ("mirrored-disks",),
        "two-host/redundant-control-plane": ("api-on-two-hosts", "etcd-on-one-host"),
        "two-host/hypervisor": ("three-members", "members-in-machines"),
        "three-host/minimum": ("three-hosts", "any-host"),
        "three-host/hypervisor": ("hosts-in-machines",),
    }
)
"""What each row needs beyond the rows before it with as many hosts."""

ROWS: tuple[Row, ...] = tuple(ADDS)


Machines = Literal["physical", "virtual", "mixed"]
"""What the hosts that matter are: a virtual machine states its hypervisor."""


class Standing(Struct, frozen=True, kw_only=True):
    """The row of a cluster and what it survives.

    `machines`: what a host of `survives` and `stops` is. `survives`: of each kind, how many may fail at once, None for any number.
    `stops`: the smallest single loss of each other kind that stops the control plane. `not_proven`: kinds that some host does not
    state. `maintenance`: whether one physical host may fail while another is under maintenance. `missing`: what the next row needs
    and this cluster lacks.
    """

    row: Row
    machines: Machines
    survives: tuple[tuple[DomainKind, int | None], ...]
    stops: tuple[Loss, ...]
    not_proven: tuple[DomainKind, ...]
    maintenance: bool
    next: Row | None
    missing: tuple[Need, ...]
    components: tuple[Component, ...]


def standing(spec: Spec, placement: Placement) -> Standing:
    """Return where a cluster is."""
    met = {need for need, holds in HOLDS.items() if holds(spec, placement)}
    reached = [row for row in ROWS if met >= set(needs(row))][-1]
    above = ROWS[ROWS.index(reached) + 1 :]
    kinds = [kind for kind in DOMAIN_KINDS if placement.losses(kind)]
    stated = [kind for kind in kinds if not placement.unknown(kind)]
    fatal = {kind: verdict.loss for kind in kinds if (verdict := placement.counterexample(kind))}
    return Standing(
        row=reached,
        machines=_machines(placement),
        survives=tuple((k, quorum.tolerance(placement, k).failures) for k in stated if k not in fatal),
        stops=tuple(fatal.values()),
        not_proven=tuple(kind for kind in kinds if kind not in stated and kind not in fatal),
        maintenance=quorum.machine_tolerance(placement).bears(2),
        next=above[0] if above else None,
        missing=tuple(need for need in (needs(above[0]) if above else ()) if need not in met),
        components=components(spec, placement),
    )


def _machines(placement: Placement) -> Machines:
    virtual = [placement.hosts[name].hypervisor is not None for name in placement.critical()]
    return "virtual" if all(virtual) else "mixed" if any(virtual) else "physical"


def needs(row: Row) -> tuple[Need, ...]:
    """Return everything that a row needs: what it and the rows before it with as many hosts add."""
    group = row.partition("/")[0]
    rows = [r for r in ROWS[: ROWS.index(row) + 1] if r.partition("/")[0] == group]
    return tuple(dict.fromkeys(need for r in rows for need in ADDS[r]))


def _mirrored(_: Spec, placement: Placement) -> bool:
    return all(placement.hosts[name].disk.mirror for name in placement.members)


def _three_members(_: Spec, placement: Placement) -> bool:
    return len(placement.members) >= 3 and len(placement.members) % 2 == 1


def _two_api_servers(spec: Spec, placement: Placement) -> bool:
    return len(placement.api_servers) * (spec.control_plane.instances if spec.control_plane else 1) >= 2


def _members_in_machines(_: Spec, placement: Placement) -> bool:
    own = len(set(placement.members)) == len(placement.members)
    return own and all(placement.hosts[name].hypervisor for name in placement.members)


def _on(placement: Placement, hosts: tuple[str, ...]) -> int:
    """Return on how many physical hosts these are."""
    on = quorum.machines(placement.hosts)
    return len({on[name] for name in hosts})


HOLDS: Mapping[Need, Callable[[Spec, Placement], bool]] = MappingProxyType(
    {
        "mirrored-disks": _mirrored,
        "three-members": _three_members,
        "two-api-servers": _two_api_servers,
        "members-in-machines": _members_in_machines,
        "two-hosts": lambda _, placement: _on(placement, tuple(placement.hosts)) >= 2,
        "api-on-two-hosts": lambda _, placement: _on(placement, placement.api_servers) >= 2,
        "etcd-on-one-host": lambda _, placement: _on(placement, placement.members) == 1,
        "three-hosts": lambda _, placement: _on(placement, placement.members) >= 3,
        "any-host": lambda _, placement: quorum.machine_tolerance(placement).bears(1),
        "hosts-in-machines": lambda _, placement: all(host.hypervisor for host in placement.hosts.values()),
    }
)
