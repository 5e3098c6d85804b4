"""etcd has reached its quota and refuses every write: the page's blocks, as printed, in one shell on one control plane."""

from __future__ import annotations

import re

from tests.real.conftest import Count
from tests.real.harness.machine import Machine
from tests.real.harness.process import until
from tests.real.kubeadm.conftest import CLUSTER, Protected, api_answers

MANIFEST = "/etc/kubernetes/manifests/etcd.yaml"
QUOTA = 48 * 2**20
ANSWERS = {"identify-host": ["new"], "defragment-members": [CLUSTER], "remove-snapshot": [CLUSTER]}
IN_SHELL = "cd /root/kedge; . ./env; "
FILL = "head -c 1000000 /dev/zero | tr '\\0' x | etcdctl put /kedge-filler > filled 2>&1 || grep -o 'database space exceeded' filled"


def test_a_full_database_takes_writes_again(protected: Protected, count: Count) -> None:
    cluster = protected.cluster
    first = cluster.control_planes[0]
    for machine in cluster.control_planes:
        _set_quota(machine, f"--quota-backend-bytes={QUOTA}")
    page = protected.open("etcd-database-full")
    for slug in page.slugs[:2]:
        page.run(slug, first, *ANSWERS.get(slug, []))
    assert "change nothing" in page.run_stops("check-database-size", first).last
    _fill(first)
    assert (
        "space exceeded" in first.run("kubectl", "--kubeconfig=/etc/kubernetes/admin.conf", "create", "ns", "no").stderr
    )
    for slug in page.slugs[2:]:
        page.run(slug, first, *ANSWERS.get(slug, []), timeout=400)
    assert page.outputs["check-database-size"].last.startswith("OK: NOSPACE is set")
    assert _percent(page.outputs["check-write"].last) < 50 < _percent(page.outputs["check-database-size"].last)
    cluster.kubectl("create", "configmap", "after-the-full-database", "--from-literal=made=after")
    for machine in cluster.control_planes:
        _set_quota(machine, "")
    cluster.wait_ready()
    count("runbook steps pasted", len(page.outputs))


def _set_quota(machine: Machine, flag: str) -> None:
    """Gives a member another quota, or etcd's own; the kubelet starts it again when its manifest changes."""
    before = machine.check("crictl", "ps", "-q", "--name", "^etcd$").split()
    text = re.sub(r"\n    - --quota-backend-bytes=\d+", "", machine.check("cat", MANIFEST))
    machine.write(MANIFEST, text.replace("    - etcd\n", f"    - etcd\n    - {flag}\n", 1) if flag else text)
    until(
        lambda: machine.run("crictl", "ps", "-q", "--name", "^etcd$").stdout.split() not in (before, []),
        "etcd again",
        timeout=120,
    )
    until(lambda: api_answers(machine), f"the API of {machine.name} is ready", timeout=120)


def _fill(machine: Machine) -> None:
    """Overwrites one key with a megabyte until etcd refuses: old revisions fill the database."""
    for _ in range(2 * QUOTA // 1_000_000):
        if machine.check("sh", "-c", IN_SHELL + FILL):
            return
    raise AssertionError("etcd did not become full")


def _percent(last: str) -> int:
    found = re.search(r"(\d+)% of its quota", last)
    assert found, last
    return int(found[1])
