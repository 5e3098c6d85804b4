"""etcd has lost its quorum: the page's blocks, as printed, on every control plane and on the workstation."""

from __future__ import annotations

from collections.abc import Sequence

from compiler.runbooks.step import definition
from tests.real.conftest import Count
from tests.real.harness.machine import Machine
from tests.real.kubeadm.conftest import CLUSTER, Protected
from tests.real.kubeadm.disaster import check_whole, ruin
from tests.real.page import PageRun
from tests.real.snapshot_bed import private_key

FROM_BUCKET = ("list-snapshots", "fetch-snapshot", "decrypt-snapshot")
CUT = ("wait-for-quorum",)
"""Waits ten minutes for members that this test knows to be ruined."""
CONFIRMED = ("stop-control-plane", "move-etcd-data-aside", "remove-old-data")
ANSWERS = dict.fromkeys(CONFIRMED, CLUSTER) | {"identify-host": "new", "choose-data": "", "list-snapshots": ""}


def test_a_survivor_brings_back_two_members_whose_disks_are_ruined(protected: Protected, count: Count) -> None:
    survivor, *ruined = protected.cluster.control_planes
    protected.cluster.kubectl("create", "configmap", "survived", "--from-literal=made=before")
    ruin(protected, *ruined)
    page = protected.open("etcd-quorum-lost")
    _follow(page, protected, survivor, ruined, (*FROM_BUCKET, *CUT))
    check_whole(protected, "survived")
    count("runbook steps pasted", len(page.outputs))


def test_a_snapshot_brings_back_a_cluster_without_any_survivor(protected: Protected, count: Count) -> None:
    protected.cluster.kubectl("create", "configmap", "in-the-bucket", "--from-literal=made=before")
    protected.take_snapshot()
    every = protected.cluster.control_planes
    ruin(protected, *every)
    page = protected.open("etcd-quorum-lost")
    _follow(page, protected, every[0], every, CUT)
    check_whole(protected, "in-the-bucket")
    count("runbook steps pasted", len(page.outputs))


def _follow(
    page: PageRun, protected: Protected, first: Machine, ruined: Sequence[Machine], left_out: tuple[str, ...]
) -> None:
    """Goes down a page: each block on each machine that the step names, in the page's order.

    A ruined disk cannot be saved: the step says so there, and the page to go on.
    """
    others = [machine for machine in protected.cluster.control_planes if machine is not first]
    places = {
        "workstation": [protected.cluster.workstation],
        "each_member": [first, *others],
        "any_member": [first],
        "remaining_members": others,
    }
    typed = ANSWERS | {"decrypt-snapshot": private_key(protected.identity)}
    for slug in page.slugs:
        answers = [typed[slug]] if slug in typed else []
        for machine in places[definition(slug).place] if slug not in left_out else ():
            if slug == "save-stopped-member" and machine in ruined:
                assert "etcd cannot read the data" in page.run_stops(slug, machine).last
            else:
                page.run(slug, machine, *answers, timeout=400)
