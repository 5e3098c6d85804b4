"""A namespace is deleted and comes back by the generated page: every block is pasted as it stands, in the page's order.

No kubelet runs here: pods stay Pending, and a volume is its objects, without data. The disk stands for one whose
provisioner was slow: it still is there, Released, when the page reaches it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.real import page, payments
from tests.real.conftest import Count
from tests.real.examples import Object
from tests.real.fleet import OUTSIDE, Fleet
from tests.real.harness.apiserver import checked
from tests.real.harness.bed import Bed
from tests.real.harness.toolchain import tool

SUSPEND, ANEW, RESUME = "R-NAMESPACE-03", "R-NAMESPACE-10", "R-NAMESPACE-16"
SCHEDULE, BACKUP = "payments-offsite", "payments-by-hand"
ANSWERS = dict.fromkeys(("R-NAMESPACE-02", "R-NAMESPACE-07", ANEW), payments.NAMESPACE)
# What the page says is to be seen when all goes well. The team's own sync is among what is suspended and resumed.
EXPECTED = {
    "R-NAMESPACE-01": "OK: this is payments-eu",
    "R-NAMESPACE-02": "Terminating",
    SUSPEND: "payments-team patched",
    "R-NAMESPACE-04": payments.CLAIM,
    "R-NAMESPACE-05": "patched",
    "R-NAMESPACE-06": "queues.example.net settlements [example.net/drain]",
    "R-NAMESPACE-07": "condition met",
    "R-NAMESPACE-08": f"BACKUP={BACKUP}",
    "R-NAMESPACE-09": "Queue.v1.example.net 1",
    ANEW: 'namespace "payments" deleted',
    "R-NAMESPACE-11": "created",
    "R-NAMESPACE-12": "Completed",
    "R-NAMESPACE-13": '"errors":{}',
    "R-NAMESPACE-14": "patched",
    "R-NAMESPACE-15": "persistentvolumeclaim/data-ledger-0",
    RESUME: "payments-team patched",
    "R-NAMESPACE-17": "Completed",
}


@dataclass
class Recovery:
    """What was there before the deletion, what each step said, and what is there after the restore and after the sync."""

    fleet: Fleet
    page: dict[str, list[str]]
    backup: Object
    before: dict[str, Object]
    elsewhere: str = ""
    refused: str = ""
    suspended: set[str] = field(default_factory=set)
    said: dict[str, str] = field(default_factory=dict)
    restored: dict[str, Object] = field(default_factory=dict)
    after: dict[str, Object] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def recovery() -> Iterator[Recovery]:
    """payments-eu synced, backed up as its Schedule says, its namespace deleted and recovered by the page."""
    with Bed(OUTSIDE) as bed:
        fleet = payments.running(bed)
        backup = _back_up(bed)
        pages = fleet.generated / "runbooks"
        made = Recovery(fleet, page.blocks(pages / "namespace-deleted.md"), backup, payments.objects(bed))
        checked(bed.kubectl("delete", "namespace", payments.NAMESPACE, "--wait=false"))
        _follow(made)
        yield made


def test_velero_takes_the_schedule_in_utc(recovery: Recovery) -> None:
    schedule = recovery.fleet.bed.control_plane.get("schedules.velero.io", SCHEDULE, "-n", "velero")
    assert schedule["spec"]["schedule"] == "CRON_TZ=UTC 17 3 * * *"
    assert (schedule["status"]["phase"], schedule["status"].get("validationErrors")) == ("Enabled", None)


def test_a_backup_as_the_schedule_makes_it_completes(recovery: Recovery) -> None:
    assert recovery.backup["phase"] == "Completed"


def test_the_page_knows_which_cluster_it_is_on(recovery: Recovery) -> None:
    assert "STOP: this is not sevilla-edge" in recovery.elsewhere


@pytest.mark.parametrize("step", EXPECTED)
def test_each_step_says_what_the_page_expects(recovery: Recovery, step: str) -> None:
    assert EXPECTED[step] in recovery.said[step]
    assert "STOP" not in recovery.said[step]


def test_a_destructive_step_does_nothing_without_its_word(recovery: Recovery) -> None:
    assert "deleted" not in recovery.refused


def test_the_shell_has_nothing_to_complain_of(recovery: Recovery) -> None:
    assert recovery.complaints == []


def test_every_object_comes_back_as_it_was(recovery: Recovery, count: Count) -> None:
    count("objects restored by Velero", len(recovery.restored))
    assert payments.lasting(recovery.restored) == payments.lasting(recovery.before)


def test_what_came_back_is_new_and_the_sync_leaves_it_alone(recovery: Recovery) -> None:
    before, restored, after = map(_uids, (recovery.before, recovery.restored, recovery.after))
    assert not set(before.values()) & set(restored.values())
    assert after == restored
    assert payments.lasting(recovery.after) == payments.lasting(recovery.before)


def test_a_sync_above_lets_suspended_layers_be(recovery: Recovery) -> None:
    everything = {one["metadata"]["name"] for one in recovery.fleet.kustomizations()}
    assert recovery.suspended == everything - {"bootstrap"}


def test_no_sync_stays_suspended(recovery: Recovery) -> None:
    assert _suspended(recovery.fleet) == set()


def test_the_pages_claim_exactly_the_steps_that_were_pasted_here(recovery: Recovery, count: Count) -> None:
    assert page.claimed("R-NAMESPACE-") == [*recovery.said] == [*recovery.page]
    count("runbook steps pasted", len(recovery.said))


def _back_up(bed: Bed) -> Object:
    """Makes a backup from the Schedule's template with Velero's own command line, and returns its status."""
    command: list[str | Path] = [
        tool("velero"),
        "backup",
        "create",
        BACKUP,
        "--from-schedule",
        SCHEDULE,
        "--namespace",
        "velero",
    ]
    checked(bed.ns.run(command, env={"KUBECONFIG": str(bed.control_plane.kubeconfig)}))
    return bed.velero.wait_over("backup", BACKUP)


def _follow(made: Recovery) -> None:
    """Goes through the page from top to bottom; somebody makes the namespace anew before the step that deletes it."""
    bed = made.fleet.bed
    desk = page.Workstation(bed.ns, bed.control_plane.client_configuration(payments.ENDPOINT))
    other = made.fleet.repository.work / "clusters" / "sevilla-edge" / "generated" / "runbooks" / "namespace-deleted.md"
    made.elsewhere = desk.paste(page.blocks(other), "R-NAMESPACE-01")
    for step in made.page:
        if step == ANEW:
            checked(bed.kubectl("create", "namespace", payments.NAMESPACE))
            made.refused = desk.paste(made.page, step, "no")
        if step == RESUME:
            payments.wait_bound(bed)
            made.restored = payments.objects(bed)
        made.said[step] = desk.paste(made.page, step, ANSWERS.get(step, ""))
        if step == SUSPEND:
            made.fleet.reconcile("bootstrap")
            made.suspended = _suspended(made.fleet)
    made.complaints = desk.complaints
    made.fleet.reconcile_at(made.fleet.commit)
    made.after = payments.objects(bed)


def _suspended(fleet: Fleet) -> set[str]:
    return {one["metadata"]["name"] for one in fleet.kustomizations() if one["spec"].get("suspend")}


def _uids(found: dict[str, Object]) -> dict[str, str]:
    return {name: one["metadata"]["uid"] for name, one in found.items()}
