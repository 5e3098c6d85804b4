"""The table of topologies: a spec in each row, one just below it, and topologies that look like a higher row and are not."""

import pytest

from compiler.proofs.components import ComponentName
from compiler.proofs.proofs import prove
from compiler.proofs.standing import ROWS, Row, Standing, needs
from tests.unit.proofs.specs import spec

MIRROR = "{disk: {mirror: true}}"
GUEST = "{hypervisor: hv1, disk: {mirror: true}}"
OTHER = "{hypervisor: hv2, disk: {mirror: true}}"


def alone(host: str, more: str = "") -> str:
    """One physical host that is no virtual machine."""
    return f"pools: null\nhosts: {{cp1: {host}, cp2: null, cp3: null, w1: null, w2: null}}\ncontrolPlane: {{hosts: [cp1]{more}}}"


def pair(first: str, servers: str, etcd: str, second: str = "{}") -> str:
    """Two physical hosts with etcd beside the API servers."""
    return (
        f"pools: null\nhosts: {{cp1: {first}, cp2: {second}, cp3: null, w1: null, w2: null}}\n"
        f"controlPlane: {{hosts: {servers}}}\netcd: {{placement: external, hosts: {etcd}}}"
    )


def guests(one: str, two: str, three: str, w1: str = GUEST, w2: str = GUEST) -> str:
    """Three members in virtual machines, and two more machines beside them."""
    return f"hosts: {{cp1: {one}, cp2: {two}, cp3: {three}, w1: {w1}, w2: {w2}}}"


IN: dict[Row, str] = {
    "one-host/minimum": alone("{}"),
    "one-host/redundant-storage": alone(MIRROR),
    "one-host/redundant-control-plane": alone(MIRROR, ", instances: 3"),
    "one-host/hypervisor": guests(GUEST, GUEST, GUEST),
    "two-host/minimum": pair("{}", "[cp1]", "[cp1]"),
    "two-host/redundant-storage": pair(MIRROR, "[cp1]", "[cp1]"),
    "two-host/redundant-control-plane": pair(MIRROR, "[cp1, cp2]", "[cp1]"),
    "two-host/hypervisor": guests(GUEST, GUEST, GUEST, w2=OTHER)
    + "\ncontrolPlane: {hosts: [cp1, w2]}\netcd: {placement: external, hosts: [cp1, cp2, cp3]}",
    "three-host/minimum": "tier: production",
    "three-host/hypervisor": guests(GUEST, OTHER, "{hypervisor: hv3}"),
}

JUST_BELOW: dict[Row, str] = {
    "one-host/redundant-storage": alone("{disk: {mirror: false}}"),
    "one-host/redundant-control-plane": alone(MIRROR, ", instances: 2"),
    "one-host/hypervisor": alone(MIRROR, ", instances: 5"),
    "two-host/minimum": guests(GUEST, GUEST, GUEST),
    "two-host/redundant-storage": pair("{}", "[cp1]", "[cp1]", MIRROR),
    "two-host/redundant-control-plane": pair(MIRROR, "[cp2]", "[cp1]"),
    "two-host/hypervisor": IN["two-host/hypervisor"].replace(", cp2, cp3]", ", cp2]"),
    "three-host/minimum": guests("{hypervisor: hv1}", "{hypervisor: hv1}", "{}"),
    "three-host/hypervisor": guests(GUEST, OTHER, "{hypervisor: hv3}", w2="{}"),
}

LOOKS_HIGHER = {
    "three hosts that are guests of one hypervisor": (
        guests("{hypervisor: hv1}", "{hypervisor: hv1}", "{hypervisor: hv1}", "{hypervisor: hv1}", "{hypervisor: hv1}"),
        "one-host/minimum",
    ),
    "members split over two hypervisors with mirrored disks": (
        guests(GUEST, GUEST, OTHER),
        "two-host/redundant-storage",
    ),
    "three hosts behind the address of one": (
        "identity: {endpoint: 'https://10.20.0.11:6443'}",
        "two-host/minimum",
    ),
    "three external members behind one API server": (
        "hosts: {e1: {address: 10.20.0.31}, e2: {address: 10.20.0.32}, e3: {address: 10.20.0.33}}\n"
        "controlPlane: {hosts: [cp1]}\netcd: {placement: external, hosts: [e1, e2, e3]}",
        "two-host/minimum",
    ),
    "five members of which one hypervisor carries three": (
        "hosts: {cp1: {hypervisor: hv1}, cp2: {hypervisor: hv1}, cp3: {hypervisor: hv1}, w1: {}, w2: {}}\n"
        "controlPlane: {hosts: [cp1, cp2, cp3, w1, w2]}",
        "two-host/minimum",
    ),
}

DNS = "namespaces: {{kube-system: {{manage: false, workloads: {{coredns: {{labels: {{k8s-app: kube-dns}}, {dns}}}}}}}}}"
CLOUD = "namespaces: {{kube-system: {{manage: false, workloads: {{cloud-controller-manager: {{labels: {{app: c}}, replicas: {n}}}}}}}}}"
COMPONENTS: dict[ComponentName, tuple[str, str]] = {
    "etcd": ("controlPlane: {hosts: [cp1, cp2, cp3]}", "controlPlane: {hosts: [cp1, cp2, cp3, w1]}"),
    "api-server": ("controlPlane: {hosts: [cp1, cp2]}", "controlPlane: {hosts: [cp1]}"),
    "scheduler": ("controlPlane: {hosts: [cp1, cp2]}", "controlPlane: {hosts: [cp1]}"),
    "controller-manager": ("controlPlane: {hosts: [cp1, cp2]}", "controlPlane: {hosts: [cp1]}"),
    "cloud-controller-manager": (CLOUD.format(n=1), CLOUD.format(n=0)),
    "dns": (DNS.format(dns="replicas: 2"), DNS.format(dns="replicas: 1")),
}


def standing(fragment: str) -> Standing:
    found = prove(spec(fragment)).standing
    assert found is not None
    return found


@pytest.mark.parametrize("row", ROWS)
def test_topology_is_in_its_row(row: Row) -> None:
    assert standing(IN[row]).row == row


@pytest.mark.parametrize("row", ROWS[1:])
def test_topology_that_lacks_one_thing_is_in_a_row_below(row: Row) -> None:
    assert ROWS.index(standing(JUST_BELOW[row]).row) < ROWS.index(row)


@pytest.mark.parametrize("case", LOOKS_HIGHER)
def test_topology_that_looks_like_a_higher_row_is_not_in_it(case: str) -> None:
    fragment, row = LOOKS_HIGHER[case]
    assert standing(fragment).row == row


@pytest.mark.parametrize("name", COMPONENTS)
def test_component_has_enough_instances_or_just_too_few(name: ComponentName) -> None:
    def enough(fragment: str) -> bool | None:
        return next(c.enough for c in standing(fragment).components if c.name == name)

    assert [enough(fragment) for fragment in COMPONENTS[name]] == [True, False]


@pytest.mark.parametrize("name", ["cloud-controller-manager", "dns"])
def test_component_that_the_spec_does_not_name_is_not_known(name: str) -> None:
    assert next(c.count for c in standing("tier: production").components if c.name == name) is None


def test_dns_on_every_node_counts_the_nodes() -> None:
    daemons = DNS.format(dns="kind: DaemonSet")
    assert next(c.count for c in standing(daemons).components if c.name == "dns") == 5


@pytest.mark.parametrize("row", ROWS)
def test_next_row_needs_what_is_said_to_be_missing_and_nothing_else(row: Row) -> None:
    found = standing(IN[row])
    if found.next is None:
        assert found.missing == ()
    else:
        assert set(found.missing) <= set(needs(found.next))
        assert found.missing


@pytest.mark.parametrize("row", [row for row in ROWS if not row.startswith("three-host")])
def test_some_physical_host_stops_every_cluster_below_three_hosts(row: Row) -> None:
    kinds = {loss.kind for loss in standing(IN[row]).stops}
    assert kinds & {"host", "hypervisor"}


@pytest.mark.parametrize("row", ["three-host/minimum", "three-host/hypervisor"])
def test_no_physical_host_stops_a_cluster_of_three(row: Row) -> None:
    assert {loss.kind for loss in standing(IN[row]).stops} <= {"site", "rack"}


def test_five_hosts_survive_two_and_maintenance() -> None:
    five = "hosts: {cp4: {address: 10.20.0.14}, cp5: {address: 10.20.0.15}}\ncontrolPlane: {hosts: [cp1, cp2, cp3, cp4, cp5]}"
    found = standing(five)
    assert ("host", 2) in found.survives
    assert found.maintenance


FIVE_GUESTS = """
hosts:
  cp1: {hypervisor: hv1}
  cp2: {hypervisor: hv1}
  cp3: {hypervisor: hv2}
  cp4: {address: 10.20.0.14, hypervisor: hv2}
  cp5: {address: 10.20.0.15, hypervisor: hv3}
controlPlane: {hosts: [cp1, cp2, cp3, cp4, cp5]}
"""


def test_two_of_five_virtual_machines_are_no_two_of_three_physical_hosts() -> None:
    found = standing(FIVE_GUESTS)
    assert found.row.startswith("three-host")
    assert ("host", 2) in found.survives
    assert not found.maintenance


def test_members_are_moved_to_another_host_together() -> None:
    """A host that carries three members is one failure, also after a move."""
    found = prove(spec(alone("{}", ", instances: 3"))).placement
    assert found is not None
    assert found.members == ("cp1", "cp1", "cp1")
    assert found.counterexample("host") is not None


@pytest.mark.parametrize(("count", "row"), [(1, "one-host/redundant-storage"), (3, "one-host/redundant-control-plane")])
def test_one_member_is_no_redundant_control_plane(count: int, row: Row) -> None:
    assert standing(alone(MIRROR, f", instances: {count}")).row == row


def test_members_beside_a_physical_one_are_not_all_in_machines() -> None:
    found = standing(guests(GUEST, GUEST, MIRROR, "{hypervisor: hv1}", "{hypervisor: hv1}"))
    assert found.row == "two-host/redundant-storage"


def test_kind_that_some_host_does_not_state_is_not_proven_unless_it_stops_the_cluster() -> None:
    assert standing("hosts: {cp3: {rack: null}}").not_proven == ("rack",)
    assert standing("hosts: {cp2: {rack: a1}, cp3: {rack: null}}").not_proven == ()
