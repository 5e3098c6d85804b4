"""What is emitted for the hosts of etcd's members: nothing is synced, every script is the constant one, values are quoted."""

import subprocess
from pathlib import Path

import pytest

from compiler.assets import asset
from compiler.pipeline import build
from tests.rules import cases

EXTERNAL = "etcd: {placement: external, hosts: [w1, w2, cp1]}\n"
TIMER = (
    "monitoring: {jobs: null}\nbackups: {etcd: {cronJob: null, hostTimer: {}, captureTimeout: 3m, uploadTimeout: 4m}}"
)


def output(fragment: str) -> dict[str, bytes]:
    return build(cases.judged(cases.files(cases.over_base(fragment))))


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return output(EXTERNAL + TIMER)


def test_a_host_timer_puts_nothing_into_the_cluster(files: dict[str, bytes]) -> None:
    assert [path for path in files if path.endswith("kustomization.yaml")] == []
    assert [path for path in files if path.startswith(("backup/", "monitoring/", "base/"))] == []


def test_the_scripts_are_those_of_the_cron_job(files: dict[str, bytes]) -> None:
    for stage in ("save", "verify", "encrypt", "sign", "put"):
        assert files[f"host/{stage}.sh"] == asset(f"templates/scripts/etcd-snapshot/{stage}.sh").read_bytes()


def test_each_member_has_the_files_of_its_own_client(files: dict[str, bytes]) -> None:
    assert {path for path in files if path.startswith("host/hosts/")} == {
        "host/hosts/cp1",
        "host/hosts/w1",
        "host/hosts/w2",
    }
    assert (
        b"CERTIFICATE=/etc/ssl/etcd/ssl/admin-w2.pem\nKEY=/etc/ssl/etcd/ssl/admin-w2-key.pem" in files["host/hosts/w2"]
    )


def test_a_run_is_stopped_when_both_time_outs_have_passed(files: dict[str, bytes]) -> None:
    assert b"\nTimeoutStartSec=420\n" in files["host/kedge-etcd-snapshot.service"]


def test_the_timer_starts_no_later_than_the_proof_counts(files: dict[str, bytes]) -> None:
    stream = next(s for s in cases.judged(cases.files(cases.over_base(EXTERNAL + TIMER))).plan.worst_losses)  # type: ignore[union-attr]
    assert f"\nAccuracySec={stream.start_delay}\n".encode() in files["host/kedge-etcd-snapshot.timer"]


def test_settings_are_assignments_that_a_shell_reads_back(files: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "settings").write_bytes(files["host/settings"])
    done = subprocess.run(
        ["sh", "-euc", '. ./settings; printf "%s|%s|%s" "$CLUSTER" "$HOSTS" "$RECIPIENTS"'],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    cluster, hosts, recipients = done.stdout.split("|")
    assert (cluster, hosts) == ("case", "w1 w2 cp1")
    assert len(recipients.split()) == 2


def test_stacked_etcd_may_have_a_host_timer_with_the_client_files_of_its_distribution() -> None:
    files = output(TIMER)
    assert b"KEY=/etc/kubernetes/pki/etcd/healthcheck-client.key" in files["host/hosts/cp1"]


def test_a_cron_job_puts_nothing_on_hosts() -> None:
    assert [path for path in output("tier: production") if path.startswith("host/")] == []


def test_the_page_says_how_to_install_and_what_was_not_tested(files: dict[str, bytes]) -> None:
    page = files["runbooks/README.md"].decode()
    assert "install.sh w1" in page
    assert "/etc/kedge/etcd-snapshot/credentials/offsite/secret-access-key" in page
    assert "no test has run the timer itself" in page
