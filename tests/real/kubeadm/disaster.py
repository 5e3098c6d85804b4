"""What is done to the cluster of this folder, and what has to be so afterwards."""

from __future__ import annotations

from tests.real.harness.machine import Machine
from tests.real.harness.process import until
from tests.real.kubeadm.conftest import Protected, api_answers


def ruin(protected: Protected, *machines: Machine) -> None:
    """Cuts the power of machines, ruins etcd's database on their disks, and switches them on again.

    With no data at all a member can join its old cluster again, and etcd is back before a page is opened.
    """
    cluster = protected.cluster
    for machine in machines:
        machine.power_off()
        (machine.disk / "plain/var/lib/etcd/member/snap/db").write_bytes(b"ruined")
    for machine in machines:
        cluster.power_on(machine)
    until(lambda: not any(map(api_answers, cluster.control_planes)), "the API is gone", timeout=60)


def check_whole(protected: Protected, kept: str) -> None:
    """Every node is Ready, an object from before is there, and the next snapshot succeeds."""
    cluster = protected.cluster
    cluster.wait_ready()
    assert cluster.kubectl("get", "configmap", kept, "-o", "jsonpath={.data.made}") == "before"
    protected.take_snapshot()
