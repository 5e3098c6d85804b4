"""The clock: what counts until the service is back, and which procedures an RTO counts for."""

from pathlib import Path
from typing import get_args

import pytest

from compiler import pipeline
from compiler.facts.procedures import ProcedureName
from compiler.plan.plan import Plan
from compiler.runbooks import clock, procedures
from compiler.source.cache import BaseCache
from compiler.workspace.files import DiskFiles
from tests.golden.test_golden import CASES, DAY
from tests.rules import cases

ROOT = Path(__file__).parents[3]
SHOP = """
promise: {applications: {rpo: 26h, rto: 8h}}
namespaces: {shop: {}}
backups: {applications: {shop: {namespaces: [shop], schedule: "0 3 * * *", retention: 14d, to: [offsite]}}}
"""


def plan(fragment: str) -> Plan:
    found = cases.judged(cases.files(cases.over_base(fragment))).plan
    assert found is not None
    return found


def every_plan() -> list[Plan]:
    made = [
        pipeline.check(pipeline.RunContext(DiskFiles(root), BaseCache(), DAY), cluster).plan
        for root in (*CASES, ROOT)
        for cluster in DiskFiles(root).clusters()
    ]
    return [one for one in made if one is not None]


def test_procedures_with_an_rto_are_those_that_the_spec_can_estimate() -> None:
    timed = {procedure.name for one in every_plan() for procedure in procedures(one) if procedure.rto is not None}
    assert timed == set(get_args(ProcedureName))


def test_what_is_done_a_day_later_is_not_waited_for() -> None:
    (lost,) = (p for p in procedures(plan("tier: production")) if p.name == "etcd-quorum-lost")
    assert {step.slug for step in lost.steps if clock.counted(step, 3) == 0} == {"remove-old-data"}
    *_, before, after = clock.ends(lost, 3)
    assert after == before
    assert clock.service_back(lost, 3) == after * 60


def test_steps_at_the_workstation_run_while_the_page_waits_for_quorum() -> None:
    (lost,) = (p for p in procedures(plan("tier: production")) if p.name == "etcd-quorum-lost")
    done = dict(zip((step.slug for step in lost.steps), clock.ends(lost, 3), strict=True))
    minutes = {step.slug: clock.minutes(step, 3) for step in lost.steps}
    fetched = sum(minutes[slug] for slug in ("choose-store", "list-snapshots", "fetch-snapshot", "decrypt-snapshot"))
    assert done["wait-for-quorum"] == done["save-survivor"] + minutes["wait-for-quorum"]
    assert done["decrypt-snapshot"] == done["save-survivor"] + fetched
    assert done["stop-control-plane"] == done["decrypt-snapshot"] + minutes["stop-control-plane"]


def test_what_is_done_while_another_step_waits_changes_nothing() -> None:
    kinds = {s.definition.kind for one in every_plan() for p in procedures(one) for s in p.steps if s.meanwhile}
    assert kinds == {"read-only"}


@pytest.mark.parametrize(("members", "minutes"), [(1, 2), (3, 6), (5, 10), (7, 14)])
def test_what_is_done_on_one_host_after_the_other_is_counted_for_each(members: int, minutes: int) -> None:
    (lost,) = (p for p in procedures(plan("tier: production")) if p.name == "etcd-quorum-lost")
    (stop,) = (step for step in lost.steps if step.slug == "stop-control-plane")
    assert clock.minutes(stop, members) == minutes


def test_block_that_runs_on_all_hosts_at_once_is_counted_once() -> None:
    (lost,) = (p for p in procedures(plan("tier: production")) if p.name == "etcd-quorum-lost")
    at_once = [step for step in lost.steps if step.place == "each_member" and not step.definition.confirmations]
    assert at_once
    assert all(clock.minutes(step, 1) == clock.minutes(step, 7) for step in at_once)


def test_look_takes_two_minutes_and_a_typed_confirmation_one() -> None:
    steps = [step for procedure in procedures(plan(SHOP)) for step in procedure.steps]
    assert min(clock.minutes(step, 3) for step in steps if step.definition.kind == "read-only") >= 2
    assert min(clock.minutes(step, 3) for step in steps if step.definition.kind != "read-only") >= 1


@pytest.mark.parametrize(("minutes", "stated"), [("", False), ("recovery: {minutes: {etcd-quorum-lost: 25}}", True)])
def test_estimate_of_the_spec_counts_in_place_of_the_sum(minutes: str, stated: bool) -> None:
    found = {time.procedure: time for time in clock.recovery_times(plan(minutes or "tier: production"))}
    assert found["etcd-quorum-lost"].stated == stated
    assert (found["etcd-quorum-lost"].seconds == 25 * 60) == stated
    assert not found["etcd-member-lost"].stated


def test_page_about_applications_meets_the_shortest_rto() -> None:
    own = plan(SHOP.replace("to: [offsite]", "to: [offsite], rto: 1h"))
    assert {t.rto for t in clock.recovery_times(own) if t.part == "applications"} == {3600}
