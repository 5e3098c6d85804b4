"""Backups are missing and are made by the generated page: every block is pasted as it stands, in the page's order.

The CronJob is suspended, the Schedule is paused, and its last backup was refused. No kubelet runs here, so the test says in its
place that the snapshot's pod ended well; Velero is no pod, and there is no Prometheus: steps that read logs or alerts are not
claimed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.real import page, payments
from tests.real.conftest import Count
from tests.real.examples import Object
from tests.real.fleet import CREDENTIAL, OUTSIDE
from tests.real.harness.apiserver import checked
from tests.real.harness.bed import Bed

IN, JOB = "kedge-backup", "etcd-snapshot"
SCHEDULE, REFUSED = "payments-offsite", "payments-refused"
CHOOSE, RUN = "R-BACKUP-07", "R-BACKUP-11"
LOGS = ("R-BACKUP-05", "R-BACKUP-08", "R-BACKUP-12", "R-BACKUP-16")
# What is to be seen here; the steps that mend say what the page expects.
EXPECTED = {
    "R-BACKUP-01": "OK: this is payments-eu",
    "R-BACKUP-02": "kedge-payments-eu-backup-control-plane   <none>      True",
    "R-BACKUP-03": "true        <none>",
    "R-BACKUP-04": "kedge-backup-no-exec",
    "R-BACKUP-06": "offsite    Available",
    CHOOSE: "FailedValidation",
    "R-BACKUP-09": "secret-access-key:  ",
    "R-BACKUP-10": "patched",
    RUN: "created",
    "R-BACKUP-12": "SuccessCriteriaMet,Complete",
    "R-BACKUP-13": "patched",
    "R-BACKUP-14": "created",
    "R-BACKUP-15": "Completed",
}
_REFUSED = f"""
apiVersion: velero.io/v1
kind: Backup
metadata:
  name: {REFUSED}
  namespace: velero
  labels: {{velero.io/schedule-name: {SCHEDULE}}}
spec: {{includedNamespaces: [payments], storageLocation: nowhere}}
"""


@dataclass
class Mending:
    """What each step said, and the CronJob, the Schedule and its backups afterwards."""

    page: dict[str, list[str]]
    said: dict[str, str] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    job: Object = field(default_factory=dict)
    schedule: Object = field(default_factory=dict)
    backups: list[Object] = field(default_factory=list)


@pytest.fixture(scope="module")
def mending() -> Iterator[Mending]:
    """payments-eu synced, its backups stopped, and started again by the page."""
    with Bed(OUTSIDE) as bed:
        fleet = payments.running(bed)
        _stop(bed)
        made = Mending(page.blocks(fleet.generated / "runbooks" / "backup-missing.md"))
        desk = page.Workstation(bed.ns, bed.control_plane.client_configuration(payments.ENDPOINT))
        for step in made.page:
            made.said[step] = desk.paste(made.page, step, SCHEDULE if step == CHOOSE else "")
            if step == RUN:
                _end_well(bed, made.said[step].split()[0])
        made.complaints = desk.complaints
        made.job = bed.control_plane.get("cronjob", JOB, "-n", IN)
        made.schedule = bed.control_plane.get("schedules.velero.io", SCHEDULE, "-n", "velero")
        made.backups = bed.control_plane.get(
            "backups.velero.io", "-n", "velero", "-l", f"velero.io/schedule-name={SCHEDULE}"
        )["items"]
        yield made


@pytest.mark.parametrize("step", EXPECTED)
def test_each_step_says_what_the_page_expects(mending: Mending, step: str) -> None:
    assert EXPECTED[step] in mending.said[step]
    assert "STOP" not in mending.said[step]


def test_the_shell_has_nothing_to_complain_of(mending: Mending) -> None:
    assert mending.complaints == []


def test_a_snapshot_by_hand_is_a_success_of_the_cronjob(mending: Mending) -> None:
    """Its status is what kube-state-metrics gives to the alert."""
    assert mending.job["status"]["lastSuccessfulTime"] in mending.said["R-BACKUP-12"]
    assert mending.job["spec"]["suspend"] is False


def test_a_backup_by_hand_is_one_of_the_schedule(mending: Mending) -> None:
    """Velero's metric goes by this label and phase."""
    (made,) = (one for one in mending.backups if one["metadata"]["name"] != REFUSED)
    template = mending.schedule["spec"]["template"]
    assert made["status"]["phase"] == "Completed"
    assert {key: made["spec"][key] for key in template} == template
    assert not mending.schedule["spec"].get("paused")


def test_the_pages_claim_exactly_the_steps_that_were_pasted_whole(mending: Mending, count: Count) -> None:
    whole = [step for step in mending.said if step not in LOGS]
    assert page.claimed("R-BACKUP-") == whole
    count("runbook steps pasted", len(whole))


def _stop(bed: Bed) -> None:
    """Stops both kinds of backup, as somebody did who forgot to let them go on; the last backup was refused."""
    suspend, pause = json.dumps({"spec": {"suspend": True}}), json.dumps({"spec": {"paused": True}})
    checked(bed.kubectl("-n", IN, "patch", "cronjob", JOB, "--type=merge", "-p", suspend))
    checked(bed.kubectl("-n", "velero", "patch", "schedules.velero.io", SCHEDULE, "--type=merge", "-p", pause))
    keys = ("--from-literal=access-key-id=writer", "--from-literal=secret-access-key=secret")
    checked(bed.kubectl("-n", IN, "create", "secret", "generic", CREDENTIAL, *keys))
    checked(bed.kubectl("create", "-f", "-", input=_REFUSED))
    bed.velero.wait_over("backup", REFUSED)


def _end_well(bed: Bed, job: str) -> None:
    """Says what a kubelet says of a pod that ended well."""
    chosen = ("pod", "-n", IN, "-l", f"job-name={job.partition('/')[2]}")
    bed.control_plane.wait_for(lambda found: bool(found.get("items")), *chosen)
    (pod,) = bed.control_plane.get(*chosen)["items"]
    status = json.dumps({"status": {"phase": "Succeeded"}})
    name = pod["metadata"]["name"]
    checked(bed.kubectl("-n", IN, "patch", "pod", name, "--subresource=status", "--type=merge", "-p", status))
