"""Which procedures a cluster has, and what they must say about it."""

import itertools
import re

import pytest
from msgspec.structs import replace

from compiler.assets import asset
from compiler.distributions.external_etcd import EXTERNAL
from compiler.plan.access import Access
from compiler.plan.applications import ApplicationBackups
from compiler.plan.plan import Plan
from compiler.plan.topology import EtcdCluster, Host
from compiler.runbooks import procedures, shell
from tests.unit.runbooks.blocked import while_blocked
from tests.unit.runbooks.clusters import PLANS, fences, made, pages, plan

MEMBER, QUORUM, NAMESPACE = "etcd-member-lost.md", "etcd-quorum-lost.md", "namespace-deleted.md"
BACKUP, FULL = "backup-missing.md", "etcd-database-full.md"


def _files(of: Plan) -> list[str]:
    return [procedure.file for procedure in procedures(of)]


def _commands(text: str) -> str:
    return "\n".join(fences(text))


def test_three_members_have_every_procedure() -> None:
    assert _files(plan("payments-eu")) == [MEMBER, QUORUM, FULL, NAMESPACE, BACKUP]


def test_one_member_has_no_procedure_for_a_lost_minority() -> None:
    assert _files(plan("sevilla-edge")) == [QUORUM, FULL, NAMESPACE, BACKUP]


def test_cluster_without_application_backups_has_no_namespace_procedure() -> None:
    assert _files(plan("madrid-lab")) == [QUORUM, FULL, BACKUP]


def test_managed_cluster_has_no_etcd_procedure() -> None:
    assert _files(plan("shop-cloud")) == [NAMESPACE, BACKUP]


def test_external_etcd_has_no_procedure_and_the_index_says_so() -> None:
    before = plan("payments-eu")
    etcd = EtcdCluster("external", (Host("etcd1", "10.20.0.31"),), 1)
    cluster = replace(before.cluster, distribution=EXTERNAL)
    outside = replace(before, cluster=cluster, topology=replace(before.topology, etcd=etcd))
    assert _files(outside) == [NAMESPACE, BACKUP]
    assert "kedge has no procedure for its loss yet" in pages(outside)["README.md"].decode()


@pytest.mark.parametrize("name", ["payments-eu", "sevilla-edge", "madrid-lab"])
def test_each_block_on_a_host_tries_the_block_of_the_api_first_until_it_is_lifted(name: str) -> None:
    (lost,) = (p for p in procedures(plan(name)) if p.file == QUORUM)
    slugs = while_blocked(lost)
    assert slugs
    shells = {slug: asset(f"templates/runbooks/steps/{slug}/run.sh").read_text() for slug in slugs}
    assert [slug for slug, text in shells.items() if not text.startswith("block_api\n")] == []


@pytest.mark.parametrize("name", ["payments-eu", "sevilla-edge", "madrid-lab", "shop-cloud"])
def test_link_of_an_alert_leads_to_a_step_of_a_page(name: str) -> None:
    of = plan(name)
    urls = [alert.page_url for alert in of.alerts] + [alert.page_url for alert in of.control_plane_alerts]
    for url in urls:
        page, _, step = url.rpartition("/")[2].partition("#")
        linked = re.search(rf'^<a id="{step}"></a>\n\n### Step .*\n\n`{step}` ', made(name)[page], re.MULTILINE)
        assert linked if page != "README.md" else not step


def test_cluster_that_backs_nothing_up_has_no_page_for_a_missing_backup() -> None:
    before = plan("payments-eu")
    nothing = ApplicationBackups(before.applications.velero, (), (), ())
    assert BACKUP not in _files(replace(before, etcd_backup=None, applications=nothing, alerts=()))


def test_page_of_a_missing_backup_has_the_steps_of_what_is_backed_up() -> None:
    snapshots, schedules = made("madrid-lab")[BACKUP], made("shop-cloud")[BACKUP]
    assert "create job" in snapshots and "kind: Backup" not in snapshots and "elero" not in _commands(snapshots)
    assert "kind: Backup" in schedules and "create job" not in schedules and "kedge-backup " not in _commands(schedules)
    assert "`check-flux-sync`" not in pages(replace(plan("payments-eu"), delivery=None))[BACKUP].decode()


def test_page_of_a_missing_backup_waits_as_long_as_the_job_may_run() -> None:
    before = plan("payments-eu")
    assert before.etcd_backup is not None
    slow = replace(before, etcd_backup=replace(before.etcd_backup, capture=3600, upload=3601))
    assert 'BACKUP_DEADLINE="7321"' in pages(slow)[BACKUP].decode()


def test_backup_by_hand_counts_for_the_metric_that_the_alert_asks() -> None:
    text = made("payments-eu")[BACKUP]
    assert 'BACKUP_JOB="etcd-snapshot"' in text and '--from="cronjob/$BACKUP_JOB"' in text
    assert "velero.io/schedule-name: $SCHEDULE" in text


def test_page_of_a_missing_backup_reads_no_secret() -> None:
    assert not re.search(r"get secrets?\b", made("payments-eu")[BACKUP])


def test_quorum_page_without_snapshots_restores_from_survivors_only() -> None:
    text = pages(replace(plan("payments-eu"), etcd_backup=None))[QUORUM].decode()
    assert "`choose-data`" in text
    assert "`list-snapshots`" not in text and "age --decrypt" not in text


def test_single_member_has_no_step_for_other_api_servers() -> None:
    assert "`start-remaining-api-servers`" not in made("madrid-lab")[QUORUM]


def test_survivors_are_saved_before_anything_changes() -> None:
    text = made("payments-eu")[QUORUM]
    assert text.index("snapshot save survivor.new") < text.index("changes the cluster")
    assert text.index("snapshot save survivor.new") < text.index("**DESTRUCTIVE")


def test_restore_raises_revisions_and_deletes_nothing() -> None:
    text = made("payments-eu")[QUORUM]
    assert "--bump-revision 1000000000 --mark-compacted" in text
    assert not re.search(r"rm -rf \S*\$ETCD_DATA", text.split("`remove-old-data`")[0])


def test_sync_stops_before_the_restore_and_goes_on_after_it() -> None:
    text = made("payments-eu")[NAMESPACE]
    assert text.index('"suspend":true') < text.index("kind: Restore") < text.index('"suspend":false')
    assert text.count("--field-manager=flux") == 2


def test_cluster_without_flux_has_no_sync_steps() -> None:
    text = pages(replace(plan("payments-eu"), delivery=None))[NAMESPACE].decode()
    assert "suspend" not in "".join(line for line in text.split("\n") if line.startswith("  kubectl"))
    assert "`suspend-flux`" not in text


def test_without_a_stated_engine_the_page_stops_whatever_syncs_before_it_restores() -> None:
    text = pages(replace(plan("payments-eu"), delivery=None))[NAMESPACE].decode()
    assert text.index("`stop-sync`") < text.index("kind: Restore")
    assert "`stop-sync`" not in made("payments-eu")[NAMESPACE]


def test_page_admits_a_budget_that_breaks_the_promise() -> None:
    before = plan("payments-eu")
    assert before.promise.control_plane is not None
    objectives = replace(before.promise.control_plane, rto=600)
    short = replace(before, promise=replace(before.promise, control_plane=objectives))
    assert "MORE THAN THE PROMISED RTO OF 10m" in pages(short)[QUORUM].decode()


def test_people_are_on_the_first_screen_and_never_in_a_block() -> None:
    first = made("payments-eu")[QUORUM].split("\n## ")[0]
    assert "+34 000 000 001" in first
    assert "+34" not in "".join(first.split("```")[1::2])


@pytest.mark.parametrize("value", ["a b", "$(id)", "`id`", "-x", "a;b", "a'b", 'a"b', "a\nb", "é"])
def test_a_value_that_a_shell_could_read_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="may not be part of a command"):
        shell.assign("V", value)


def test_long_values_are_assigned_in_pieces() -> None:
    value = "x" * 150
    lines = shell.assign("V", value)
    assert len(lines) > 1
    assert max(map(len, lines)) <= shell.MAX_COLUMNS


def test_pages_of_a_managed_cluster_name_no_host() -> None:
    """Pools of a managed cluster may have no hosts with names."""
    before = plan("shop-cloud")
    nameless = replace(before, topology=replace(before.topology, hosts=()))
    assert pages(nameless) == pages(before)


def test_pages_log_in_as_the_spec_says() -> None:
    access = Access(user="rescue", port=2222, jump="bastion.example.net", sudo=True)
    page = pages(replace(plan("payments-eu"), access=access))[QUORUM].decode()
    prose = re.sub(r"```.*?```", "", page, flags=re.DOTALL)
    assert "`ssh -p 2222 -J bastion.example.net rescue@ADDRESS`" in prose and "`sudo -i`" in prose
    assert "root@ADDRESS" not in page and 'SSH_USER="rescue"' in page
    as_root = re.sub(r"```.*?```", "", made("payments-eu")[QUORUM], flags=re.DOTALL)
    assert "`ssh root@ADDRESS`" in as_root and "sudo" not in as_root


@pytest.mark.parametrize("case", PLANS)
def test_steps_of_a_phase_follow_each_other(case: str) -> None:
    for procedure in procedures(PLANS[case]()):
        phases = [phase for phase, _ in itertools.groupby(step.phase for step in procedure.steps if not step.meanwhile)]
        assert len(phases) == len(set(phases)), (procedure.name, phases)
