"""A namespace is deleted and comes back by the generated page: every block is pasted as printed, in the page's order.

No kubelet runs here: pods stay Pending, and a volume is its objects, without data. The disk stands for one whose
provisioner was slow: it still is there, Released, when the page reaches it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.real import payments
from tests.real.conftest import Count
from tests.real.examples import Object
from tests.real.fleet import OUTSIDE, Fleet
from tests.real.harness.apiserver import checked
from tests.real.harness.bed import Bed
from tests.real.harness.toolchain import tool
from tests.real.page import Output, PageRun, Workstation, failures
from tests.real.record import Record, versions

SUSPEND, RECREATED, RESUME = "suspend-flux", "delete-recreated-namespace", "resume-flux"
SCHEDULE, BACKUP = "payments-offsite", "payments-by-hand"
ANSWERS = dict.fromkeys(("choose-namespace", "remove-finalizers", RECREATED), payments.NAMESPACE) | {
    "choose-backup": ""  # the most recent one
}
# What this deletion must show beyond what each step always expects. The team's own sync is suspended and resumed too.
SHOWN = {
    "choose-namespace": "OK: payments is Terminating",
    SUSPEND: "payments-team patched",
    "list-volumes": "OK: 1 volumes, 1 of them with reclaim policy Delete",
    "retain-volumes": "OK: kept 1 of 1 volumes",
    "find-blocking-finalizers": "queues.example.net settlements example.net/drain",
    "remove-finalizers": "queue.example.net/settlements patched",
    "choose-backup": f"OK: backup {BACKUP}, started ",
    "show-backup-contents": "Queue.v1.example.net 1",
    RECREATED: 'namespace "payments" deleted',
    "restore-namespace": f"of payments from {BACKUP}",
    "rebind-volumes": "OK: 1 volumes rebound, 0 claims Pending",
    "compare-namespace": "persistentvolumeclaim/data-ledger-0",
    RESUME: "payments-team patched",
    "check-namespace": "0 claims not Bound",
}
# Steps that change nothing once all is done, pasted again into the other shell.
REPEATED = (
    "list-volumes",
    "find-blocking-finalizers",
    "show-backup-contents",
    "watch-restore",
    "read-restore-errors",
    "rebind-volumes",
    "compare-namespace",
    RESUME,
    "check-namespace",
)


@dataclass
class Recovery:
    """What was there before the deletion, what each step said, and what is there after the restore and after the sync."""

    fleet: Fleet
    page: PageRun
    backup: Object
    before: dict[str, Object]
    stopped: dict[str, str] = field(default_factory=dict)
    suspended: set[str] = field(default_factory=set)
    restored: dict[str, Object] = field(default_factory=dict)
    after: dict[str, Object] = field(default_factory=dict)
    zsh: dict[str, Output] = field(default_factory=dict)


@pytest.fixture(scope="module")
def recovery(record: Record) -> Iterator[Recovery]:
    """payments-eu synced, backed up as its Schedule says, its namespace deleted and recovered by the page.

    Every step is held against its own expectation on the way.
    """
    with Bed(OUTSIDE) as bed:
        fleet = payments.running(bed)
        backup = _back_up(bed)
        page = PageRun(_page(fleet), record=record, versions=versions("kubernetes", "velero"))
        made = Recovery(fleet, page, backup, payments.objects(bed))
        checked(bed.kubectl("delete", "namespace", payments.NAMESPACE, "--wait=false"))
        desk = Workstation(bed.ns, bed.control_plane.client_configuration(payments.ENDPOINT))
        _follow(made, desk)
        _repeat(made, desk)
        _restore_nothing(made, desk)
        yield made


def test_velero_takes_the_schedule_in_utc(recovery: Recovery) -> None:
    schedule = recovery.fleet.bed.control_plane.get("schedules.velero.io", SCHEDULE, "-n", "velero")
    assert schedule["spec"]["schedule"] == "CRON_TZ=UTC 17 3 * * *"
    assert (schedule["status"]["phase"], schedule["status"].get("validationErrors")) == ("Enabled", None)


def test_a_backup_as_the_schedule_makes_it_completes(recovery: Recovery) -> None:
    assert recovery.backup["phase"] == "Completed"


STOPS = {
    "of another cluster": "STOP: this is not sevilla-edge: the kubeconfig leads to ",
    "before a namespace is chosen": "STOP: the namespace was not chosen yet",
    "of a namespace that is not backed up": "STOP: 'default' is not backed up here",
    "restore of what is Terminating": "STOP: nothing was restored: payments is Terminating",
    "deletion without the typed name": "STOP: nothing was changed: that is not payments",
    "finalizers of what is Active": "STOP: nothing was changed: payments is Active",
}


@pytest.mark.parametrize("case", STOPS)
def test_a_step_stops_with_the_reason(recovery: Recovery, case: str) -> None:
    assert recovery.stopped[case].startswith(STOPS[case])


def test_a_refused_restore_is_called_so(recovery: Recovery) -> None:
    assert recovery.stopped["restore that Velero refuses"].endswith(" is FailedValidation")


@pytest.mark.parametrize("step", SHOWN)
def test_each_step_shows_what_this_deletion_left(recovery: Recovery, step: str) -> None:
    assert SHOWN[step] in recovery.page.outputs[step].text


@pytest.mark.parametrize("step", REPEATED)
def test_a_step_holds_in_zsh_and_a_second_time(recovery: Recovery, step: str) -> None:
    assert failures(step, recovery.zsh[step]) == []


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


def test_every_step_of_the_page_was_run(recovery: Recovery, count: Count) -> None:
    assert list(recovery.page.outputs) == recovery.page.slugs
    count("runbook steps pasted", len(recovery.page.outputs))


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


def _page(fleet: Fleet, cluster: str = "payments-eu") -> Path:
    folder = fleet.repository.work / "clusters" / cluster / "generated" / "runbooks"
    return folder / "namespace-deleted.md"


def _follow(made: Recovery, desk: Workstation) -> None:
    """Goes through the page from top to bottom; the namespace is recreated before the step that deletes it."""
    bed, page, trial = made.fleet.bed, made.page, PageRun(_page(made.fleet))

    def stops(case: str, slug: str, *answers: str, page: PageRun = trial) -> None:
        made.stopped[case] = page.run_stops(slug, desk, *answers).last

    stops("of another cluster", "identify-cluster", page=PageRun(_page(made.fleet, "sevilla-edge")))
    for slug in page.slugs:
        if slug == "choose-namespace":
            stops("before a namespace is chosen", "list-volumes")
            stops("of a namespace that is not backed up", slug, "default")
        if slug == "remove-finalizers":
            trial.run("choose-backup", desk, "")
            stops("restore of what is Terminating", "restore-namespace")
        if slug == RECREATED:
            checked(bed.kubectl("create", "namespace", payments.NAMESPACE))
            stops("deletion without the typed name", slug, "no")
        if slug == RESUME:
            payments.wait_bound(bed)
            made.restored = payments.objects(bed)
            stops("finalizers of what is Active", "remove-finalizers", payments.NAMESPACE)
        page.run(slug, desk, *([ANSWERS[slug]] if slug in ANSWERS else []))
        if slug == SUSPEND:
            made.fleet.reconcile("bootstrap")
            made.suspended = _suspended(made.fleet)
    made.fleet.reconcile_at(made.fleet.commit)
    made.after = payments.objects(bed)


def _repeat(made: Recovery, desk: Workstation) -> None:
    page = PageRun(_page(made.fleet), shell="zsh")
    made.zsh = {slug: page.paste(slug, desk) for slug in REPEATED}


def _restore_nothing(made: Recovery, desk: Workstation) -> None:
    """Restores from a backup that is gone by then."""
    page = PageRun(_page(made.fleet))
    with (desk.home / "kedge-payments-eu" / "state").open("a") as state:
        state.write("BACKUP='expired'\n")
    page.run("restore-namespace", desk)
    made.stopped["restore that Velero refuses"] = page.run_stops("watch-restore", desk).last


def _suspended(fleet: Fleet) -> set[str]:
    return {one["metadata"]["name"] for one in fleet.kustomizations() if one["spec"].get("suspend")}


def _uids(found: dict[str, Object]) -> dict[str, str]:
    return {name: one["metadata"]["uid"] for name, one in found.items()}
