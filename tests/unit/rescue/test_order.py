"""Which steps are left for which machine when an interrupted run goes on."""

from compiler.rescue.kit import Step
from compiler.rescue.order import WAITS, is_left, stages
from compiler.runbooks.step import slugs
from tests.unit.rescue.bed import QUORUM


def _steps() -> list[Step]:
    entries = [entry.split(":") for entry in QUORUM]
    return [
        Step(
            phase=phase,
            slug=slug,
            place=place,
            kind=kind,
            meanwhile=bool(rest),
            prepares=slug in ("identify-host", "choose-store"),
            leads_to="",
            digest="",
        )
        for phase, slug, place, kind, *rest in entries
    ]


def _left(machine: str, done: dict[str, set[str]]) -> list[str]:
    steps = _steps()
    known = {name: frozenset(slugs) for name, slugs in done.items()}
    here = ("workstation",) if machine == "workstation" else ("each_member",)
    return [s.slug for i, s in enumerate(steps) if s.place in here and is_left(steps, i, machine, known)]


HOST_STEPS = [entry.split(":")[1] for entry in QUORUM if ":each_member:" in entry]
BUCKET = ["choose-store", "decrypt-snapshot", "choose-data", "send-data"]


def test_everything_is_left_at_first() -> None:
    assert _left("cp1", {}) == HOST_STEPS
    assert _left("workstation", {}) == BUCKET


def test_a_host_does_not_go_back_behind_a_change_that_was_made_anywhere() -> None:
    done = {"cp1": {"identify-host", "stop-control-plane", "move-etcd-data-aside"}, "cp2": {"stop-control-plane"}}
    assert _left("cp1", done)[0] == "restore-etcd"
    assert _left("cp2", done)[0] == "move-etcd-data-aside"


def test_another_workstation_repeats_what_the_hosts_do_not_have_yet() -> None:
    assert _left("workstation", {"cp1": {"stop-control-plane"}}) == BUCKET


def test_another_workstation_does_not_send_data_again_once_hosts_work_on_it() -> None:
    assert _left("workstation", {"cp1": {"move-etcd-data-aside"}}) == []


def test_the_same_workstation_does_not_fetch_again() -> None:
    done = {"workstation": {"choose-store", "decrypt-snapshot"}, "cp1": {"stop-control-plane"}}
    assert _left("workstation", done) == ["choose-data", "send-data"]


def test_steps_at_the_workstation_are_done_while_the_step_before_them_waits() -> None:
    found = {stage.step.slug: [s.slug for s in stage.meanwhile] for stage in stages(_steps())}
    assert found["wait-for-quorum"] == ["choose-store", "decrypt-snapshot"]
    assert found["stop-control-plane"] == []


def test_the_steps_that_the_driver_knows_by_name_are_shipped() -> None:
    known = {*WAITS, *(slug for left in WAITS.values() for slug in left), "choose-data", "decrypt-snapshot"}
    assert known | {"print-join-command"} <= set(slugs())
    assert {slug for slug in slugs() if slug.startswith("wait-for-")} == set(WAITS)
