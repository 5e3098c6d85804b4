"""Backups are missing and run again by the generated page: every block is pasted as printed, in the page's order.

The CronJob is suspended, the Schedule is paused, and its last backup was refused. No kubelet runs here, so the test reports in
its place that the snapshot's pod succeeded, and no pod has logs; Velero is no pod either. Steps that read logs are held to their
expectation, but the test record does not claim them.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from compiler.plan import naming
from tests.real import payments
from tests.real.conftest import Count
from tests.real.examples import Object
from tests.real.fleet import CREDENTIAL, OUTSIDE
from tests.real.harness.apiserver import checked
from tests.real.harness.bed import Bed
from tests.real.harness.prometheus import Prometheus
from tests.real.page import Output, PageRun, Workstation
from tests.real.record import Record, versions

IN, JOB = "kedge-backup", "etcd-snapshot"
SCHEDULE, REFUSED = "payments-offsite", "payments-refused"
ANSWERS = {"choose-schedule": SCHEDULE}
STOPPING = {"read-snapshot-logs": "no pod is left", "read-backup-errors": f"{REFUSED} was refused"}
"""Steps that end with STOP on the way down the page, and what they say."""
PARTIAL = {"watch-snapshot", "read-snapshot-logs", "read-backup-errors"}
"""Steps that read logs, which do not exist here."""
# What this failure must show beyond what each step always expects.
SHOWN = {
    "check-flux-sync": "kedge-payments-eu-backup-control-plane   <none>      True",
    "check-snapshot-job": "OK: etcd-snapshot is suspended, last success never",
    "check-snapshot-pod-start": "OK: look at the control-plane nodes",
    "check-velero": f"OK: look at the server, schedule {SCHEDULE}",
    "choose-schedule": f"OK: {SCHEDULE}: the newest backup is {REFUSED}, FailedValidation",
    "check-stores": "OK: every Secret is filled and every store answers",
    "resume-snapshot-job": "patched",
    "watch-snapshot": "SuccessCriteriaMet,Complete",
    "resume-schedule": "patched",
}
REPEATED = (
    "check-flux-sync",
    "check-snapshot-job",
    "check-snapshot-pod-start",
    "check-velero",
    "check-stores",
    *PARTIAL,
)
"""Pasted again when all is done, into zsh: the pod and the backup exist then."""
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
class Repair:
    """What each step printed, and the CronJob, the Schedule and its backups afterwards."""

    page: PageRun
    no_prometheus: Output
    alerting: Output | None = None
    outputs: dict[str, Output] = field(default_factory=dict)
    zsh: dict[str, Output] = field(default_factory=dict)
    job: Object = field(default_factory=dict)
    schedule: Object = field(default_factory=dict)
    backups: list[Object] = field(default_factory=list)


@pytest.fixture(scope="module")
def repair(record: Record) -> Iterator[Repair]:
    """payments-eu synced, its backups stopped, and started again by the page."""
    with Bed(OUTSIDE) as bed:
        fleet = payments.running(bed)
        _stop(bed)
        page = fleet.generated / "runbooks" / "backup-missing.md"
        desk = Workstation(bed.ns, bed.control_plane.client_configuration(payments.ENDPOINT))
        claimed, unclaimed = (
            PageRun(page, record=where, versions=versions("kubernetes", "velero")) for where in (record, None)
        )
        unclaimed.run("identify-cluster", desk)
        made = Repair(claimed, unclaimed.run_stops("check-alerts", desk))
        _follow(made, bed, desk, unclaimed)
        zsh = PageRun(page, shell="zsh")
        made.zsh = {slug: zsh.run(slug, desk) for slug in REPEATED}
        made.job = bed.control_plane.get("cronjob", JOB, "-n", IN)
        made.schedule = bed.control_plane.get("schedules.velero.io", SCHEDULE, "-n", "velero")
        made.backups = bed.control_plane.get(
            "backups.velero.io", "-n", "velero", "-l", f"velero.io/schedule-name={SCHEDULE}"
        )["items"]
        yield made


def test_every_step_of_the_page_does_what_it_expects_or_says_why_not(repair: Repair, count: Count) -> None:
    assert [*repair.outputs] == repair.page.slugs
    count("runbook steps pasted", len(repair.outputs) + len(repair.zsh))


@pytest.mark.parametrize("slug", SHOWN)
def test_the_step_shows_what_is_wrong_here(repair: Repair, slug: str) -> None:
    assert SHOWN[slug] in repair.outputs[slug].text


@pytest.mark.parametrize("slug", STOPPING)
def test_a_step_that_finds_nothing_to_read_stops_with_the_reason(repair: Repair, slug: str) -> None:
    assert STOPPING[slug] in repair.outputs[slug].last


def test_alerts_that_cannot_be_asked_or_do_not_clear_stop_the_last_step(repair: Repair) -> None:
    assert repair.no_prometheus.last == "STOP: no Prometheus with the alerts of kedge answers here"
    assert repair.alerting is not None
    assert repair.alerting.last == "STOP: alerts are pending or firing in monitoring/prometheus-operated"
    assert "KedgeEtcdSnapshotMissing" in repair.alerting.text


def test_a_snapshot_by_hand_is_a_success_of_the_cronjob(repair: Repair) -> None:
    """Its status is what kube-state-metrics gives to the alert."""
    assert repair.job["status"]["lastSuccessfulTime"] in repair.outputs["watch-snapshot"].text
    assert repair.job["status"]["lastSuccessfulTime"] in repair.zsh["check-snapshot-job"].last
    assert repair.job["spec"]["suspend"] is False


def test_a_backup_by_hand_is_one_of_the_schedule(repair: Repair) -> None:
    """Velero's metric goes by this label and phase."""
    (made,) = (one for one in repair.backups if one["metadata"]["name"] != REFUSED)
    template = repair.schedule["spec"]["template"]
    assert made["status"]["phase"] == "Completed"
    assert {key: made["spec"][key] for key in template} == template
    assert not repair.schedule["spec"].get("paused")


def _stop(bed: Bed) -> None:
    """Stops both kinds of backup, as somebody did who forgot to resume them; the last backup was refused."""
    suspend, pause = json.dumps({"spec": {"suspend": True}}), json.dumps({"spec": {"paused": True}})
    checked(bed.kubectl("-n", IN, "patch", "cronjob", JOB, "--type=merge", "-p", suspend))
    checked(bed.kubectl("-n", "velero", "patch", "schedules.velero.io", SCHEDULE, "--type=merge", "-p", pause))
    keys = ("--from-literal=access-key-id=writer", "--from-literal=secret-access-key=secret")
    checked(bed.kubectl("-n", IN, "create", "secret", "generic", CREDENTIAL, *keys))
    signing = f"--from-literal={naming.SIGNING_KEY}=no key is read here"
    checked(bed.kubectl("-n", IN, "create", "secret", "generic", naming.SIGNING_SECRET, signing))
    checked(bed.kubectl("create", "-f", "-", input=_REFUSED))
    bed.velero.wait_over("backup", REFUSED)


def _follow(made: Repair, bed: Bed, desk: Workstation, unclaimed: PageRun) -> None:
    """Goes through the page from top to bottom."""
    prometheus = Prometheus(bed.control_plane)
    prometheus.start()
    for slug in made.page.slugs:
        if slug == "check-alerts":
            prometheus.wait_alerts("KedgeEtcdSnapshotMissing")
            made.alerting = made.page.run_stops(slug, desk)
            _export(bed, prometheus)
        if slug in STOPPING:
            made.outputs[slug] = made.page.run_stops(slug, desk)
        else:
            page = unclaimed if slug in PARTIAL else made.page
            made.outputs[slug] = page.run(slug, desk, *filter(None, [ANSWERS.get(slug)]))
        if slug == "run-snapshot":
            _succeed(bed, made.outputs[slug].text.split()[0])


def _export(bed: Bed, prometheus: Prometheus) -> None:
    """Gives Prometheus what kube-state-metrics makes of the CronJob's status; Velero's metrics are its own."""
    succeeded = bed.control_plane.get("cronjob", JOB, "-n", IN)["status"]["lastSuccessfulTime"]
    labels = {"namespace": IN, "cronjob": JOB}
    seconds = datetime.datetime.fromisoformat(succeeded).timestamp()
    prometheus.set_metric("kube_cronjob_status_last_successful_time", labels, seconds)
    prometheus.wait_alerts()


def _succeed(bed: Bed, job: str) -> None:
    """Reports what a kubelet reports of a pod that succeeded."""
    chosen = ("pod", "-n", IN, "-l", f"job-name={job.partition('/')[2]}")
    bed.control_plane.wait_for(lambda found: bool(found.get("items")), *chosen)
    (pod,) = bed.control_plane.get(*chosen)["items"]
    status = json.dumps({"status": {"phase": "Succeeded"}})
    name = pod["metadata"]["name"]
    checked(bed.kubectl("-n", IN, "patch", "pod", name, "--subresource=status", "--type=merge", "-p", status))
