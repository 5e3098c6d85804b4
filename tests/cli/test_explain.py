"""`kedge explain`: rules, faults, fields and files of the output."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from compiler.cli.main import main
from compiler.report.field_page import field_pages
from compiler.report.procedure_page import names
from compiler.report.rule_page import RulePage, rule_pages, waiver
from compiler.rules import IDS
from compiler.rules.split_ids import SPLIT
from tests.cli.conftest import Kedge
from tests.rules import cases


def test_without_a_topic_it_lists_rules_and_the_fields_at_the_top(kedge: Kedge) -> None:
    said = kedge("explain").stdout
    assert all(f"  {rule} " in said for rule in IDS)
    assert "  spec.hosts " in said


def test_rule_is_explained_with_severity_examples_and_how_to_waive(kedge: Kedge) -> None:
    said = kedge("explain", "schedule-meets-rpo").stdout
    assert "warning in lab, error in edge, error in production" in said
    assert 'schedule: "*/30 * * * *"' in said
    assert "- rule: schedule-meets-rpo" in said


@pytest.mark.parametrize("code", ["keys-are-unique", "keys-are-known", "references-resolve", "waiver-is-in-force"])
def test_fault_is_explained(kedge: Kedge, code: str) -> None:
    done = kedge("explain", code)
    assert (done.returncode, done.stdout.startswith(f"{code}: ")) == (0, True)


@pytest.mark.parametrize("field", ["spec.etcd.quota", "etcd.quota"])
def test_field_is_explained_with_type_default_example_and_rules(kedge: Kedge, field: str) -> None:
    said = kedge("explain", field).stdout
    for part in ("spec.etcd.quota: ", "quantity", "absent", "quota: 4Gi", "etcd-size-has-headroom"):
        assert part in said


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("spec.hosts.cp1.rack", "spec.hosts.<name>.rack"),
        ("spec.hosts.<name>.rack", "spec.hosts.<name>.rack"),
        ("spec.waivers[0].at", "spec.waivers[].at"),
        ("backups.etcd.captureTimeout", "spec.backups.etcd.captureTimeout"),
    ],
)
def test_names_of_a_map_and_numbers_of_a_list_lead_to_the_field(kedge: Kedge, asked: str, found: str) -> None:
    assert json.loads(kedge("explain", asked, "-o", "json").stdout)["path"] == found


def test_default_is_written_as_people_write_it(kedge: Kedge) -> None:
    assert "  default   5m\n" in kedge("explain", "spec.backups.etcd.captureTimeout").stdout


def test_file_of_the_output_leads_to_lines_of_the_spec(kedge: Kedge) -> None:
    assert kedge("compile").returncode == 0
    done = kedge("explain", "clusters/payments-eu/generated/base/namespace.payments.yaml", "-o", "json")
    sources = json.loads(done.stdout)["sources"]
    assert {s["path"] for s in sources} & {"spec.namespaces.payments", "spec.namespaces.payments.podSecurity"}
    assert all(s["file"] == "clusters/payments-eu/cluster.yaml" for s in sources if "namespaces" in s["path"])


def test_every_file_of_the_output_is_explained(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    run = CliRunner().invoke
    assert run(main, ["compile", "clusters/payments-eu"]).exit_code == 0
    folder = Path("clusters/payments-eu/generated")
    for file in json.loads((folder / "BUILD.json").read_text())["files"]:
        done = run(main, ["explain", str(folder / file)])
        assert done.exit_code == 0, done.output


def test_file_that_kedge_did_not_write_is_a_wrong_use(kedge: Kedge) -> None:
    assert kedge("compile", "clusters/payments-eu").returncode == 0
    done = kedge("explain", "clusters/payments-eu/generated/base/namespace.paiments.yaml")
    assert (done.returncode, "did you mean base/namespace.payments.yaml?" in done.stderr) == (2, True)


def test_file_of_a_cluster_that_was_never_compiled_says_what_to_run(kedge: Kedge) -> None:
    done = kedge("explain", "clusters/payments-eu/generated/base/x.yaml")
    assert (done.returncode, "kedge compile clusters/payments-eu" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("near", "meant"), [("schedule-meets-rto", "schedule-meets-rpo"), ("spec.etcd.quotas", "spec.etcd.quota")]
)
def test_near_miss_is_answered_with_what_was_meant(kedge: Kedge, near: str, meant: str) -> None:
    done = kedge("explain", near)
    assert (done.returncode, f"did you mean {meant}" in done.stderr) == (2, True)


@pytest.mark.parametrize("name", names())
def test_alerts_procedures_and_steps_are_explained(name: str) -> None:
    done = CliRunner().invoke(main, ["explain", name])
    assert (done.exit_code, done.stdout.startswith(f"{name}: ")) == (0, True)
    assert "{step:" not in done.stdout and "{page:" not in done.stdout


def test_page_of_a_procedure_and_a_file_in_its_own_folder_are_explained(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = CliRunner().invoke
    assert run(main, ["compile", "-C", str(repository), "clusters/payments-eu"]).exit_code == 0
    assert run(main, ["explain", "etcd-quorum-lost.md"]).stdout.startswith("etcd-quorum-lost: ")
    monkeypatch.chdir(repository / "clusters/payments-eu/generated/runbooks")
    assert run(main, ["explain", "README.md"]).stdout.startswith("clusters/payments-eu/generated/runbooks/README.md")


def test_every_field_has_a_meaning() -> None:
    assert [page.path for page in field_pages().values() if not page.meaning] == []


def test_rule_that_was_split_is_answered_with_the_new_ones(kedge: Kedge) -> None:
    said = kedge("explain", "priorities-are-consistent").stdout
    assert all(f"  {rule} " in said for rule in SPLIT["priorities-are-consistent"])
    assert "etcd-is-backed-up" in kedge("explain", "schedule-meets-rpo").stdout


def test_no_topic_is_offered_twice(kedge: Kedge) -> None:
    offered = kedge("explain", "spec.etcd.quotaa").stderr.partition("did you mean ")[2].rstrip("?\n").split(" or ")
    assert offered[0] == "spec.etcd.quota"
    assert len(offered) == len(set(offered))


@pytest.mark.parametrize("page", rule_pages(), ids=lambda page: page.id)
def test_the_waiver_of_a_rule_can_be_pasted(page: RulePage) -> None:
    reported = {finding.rule for finding in cases.check(cases.over_base(waiver(page)))}
    assert reported.isdisjoint({"keys-are-known", "keys-are-complete", "values-fit-their-field", "yaml-is-well-formed"})
