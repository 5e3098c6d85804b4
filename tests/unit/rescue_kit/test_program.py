"""The program on a host and on a workstation: which steps run, what is recorded, what stops it, and how it goes on."""

import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.unit.rescue_kit.fake import SHELLS, STEPS, Machine, machine

CP = "etcd-fire"


@pytest.fixture(params=SHELLS)
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Machine:
    return machine(tmp_path, request.param)


@pytest.fixture
def plain(tmp_path: Path) -> Machine:
    """One shell is enough where no shell differs."""
    return machine(tmp_path, "sh")


def looked(host: Machine) -> Machine:
    assert host.run(CP, "look").last.startswith("OK ")
    return host


def test_a_phase_runs_its_steps_of_this_machine_and_ends_in_ok(host: Machine) -> None:
    done = host.run(CP, "look")
    assert done.code == 0
    assert "CHECKED cp1=10.0.0.1 cp2=10.0.0.2" in done.text
    assert (
        done.last
        == "OK etcd-fire look is done on this machine (next phase, when every machine has done this one: fetch)"
    )
    assert [(r[1], r[5]) for r in host.records] == [
        ("identify", "running"),
        ("identify", "ok"),
        ("check", "running"),
        ("check", "ok"),
    ]


def test_a_step_reads_the_typed_confirmation(host: Machine) -> None:
    looked(host)
    done = host.run(CP, "stop", answers="pay\n")
    assert (done.code, host.effects) == (0, ["halt"])
    assert "Type pay to continue: " in done.text


def test_a_step_that_stops_ends_the_run_with_its_place_on_the_page(host: Machine) -> None:
    looked(host)
    done = host.run(CP, "stop", answers="no\n")
    assert done.code == 1
    assert done.last == (
        "STOP step 5, halt, did not end with OK: see etcd-fire.md, step 5; if that does not help, call whom the page names"
    )
    assert host.records[-1][5] == "stop" and host.effects == []


def test_a_step_that_leads_on_when_it_fails_says_where(tmp_path: Path) -> None:
    host = machine(tmp_path, "sh", check='stop "no"\n')
    assert host.run(CP, "look").last == (
        "STOP step 2, check, did not end with OK: see etcd-fire.md, step 2; "
        "then go on with step 5, halt, of the phase stop on every host"
    )


def test_what_is_done_is_not_done_twice(host: Machine) -> None:
    looked(host)
    host.run(CP, "stop", answers="pay\n")
    again = host.run(CP, "stop")
    assert (again.code, host.effects) == (0, ["halt"])
    assert "step 5 of 12, halt: done at " in again.text


def test_what_changes_nothing_runs_again(plain: Machine) -> None:
    looked(plain)
    assert "CHECKED" in plain.run(CP, "look").text


def test_a_choice_that_a_change_was_made_with_is_not_asked_again(plain: Machine) -> None:
    plain.run("--workstation", "--store", "rome", CP, "fetch")
    first = plain.run("--workstation", CP, "restore", answers="one.db\n")
    assert (first.code, plain.effects) == (0, ["send one.db"])
    again = plain.run("--workstation", CP, "restore")
    assert (again.code, plain.effects) == (0, ["send one.db"])
    assert "Type a file" not in again.text


def test_a_new_pass_of_the_workstation_sends_again(plain: Machine) -> None:
    plain.run("--workstation", "--store", "rome", CP, "fetch")
    plain.run("--workstation", CP, "restore", answers="one.db\n")
    plain.run("--workstation", "--store", "rome", CP, "fetch")
    plain.run("--workstation", CP, "restore", answers="two.db\n")
    assert plain.effects == ["send one.db", "send two.db"]


def test_other_machines_come_first_where_the_page_says_so(host: Machine) -> None:
    looked(host)
    refused = host.run(CP, "restore", answers="\n")
    assert refused.code == 1 and "  pick on the workstation\n  send on the workstation\n" in refused.text
    assert host.run(CP, "restore", answers="done\n").code == 0
    assert host.effects == ["put"]


def test_a_single_step_asks_nothing_about_other_machines(plain: Machine) -> None:
    looked(plain)
    done = plain.run("--who", "ana", "--only", "put", CP, "restore")
    assert done.code == 0 and "Type done" not in done.text
    lines = done.text.splitlines()
    assert "@step put 8/12" in lines and "@result put ok 0" in lines
    assert plain.run("--who", "ana", "--only", "put", CP, "restore").text.splitlines()[-2] == "@result put skipped 0"


def test_again_runs_what_is_done(plain: Machine) -> None:
    looked(plain)
    for words in ((), ("--again",)):
        plain.run("--only", "put", *words, CP, "restore")
    assert plain.effects == ["put", "put"]


@pytest.mark.parametrize(("option", "effects"), [((), ["other"]), (("--first",), ["first"])])
def test_first_host_and_the_others_have_their_own_steps(
    plain: Machine, option: tuple[str, ...], effects: list[str]
) -> None:
    looked(plain)
    assert plain.run(*option, CP, "start", answers="done\n").code == 0
    assert plain.effects == effects


def test_a_phase_without_a_step_here_is_ok(plain: Machine) -> None:
    assert plain.run(CP, "fetch").last == "OK etcd-fire fetch has no step for this machine"


def test_several_stores_are_asked_for_by_name(plain: Machine) -> None:
    done = plain.run("--workstation", CP, "fetch", answers="rome\n")
    assert "from https://rome" in done.text
    assert (
        plain.run("--workstation", CP, "fetch", answers="$(id)\n").last
        == "STOP no store has this name: it is paris rome"
    )


def test_first_step_of_the_machine_comes_first(plain: Machine) -> None:
    assert plain.run(CP, "stop").last == "STOP the first step of this machine has not run: kedge-rescue etcd-fire look"


def test_a_damaged_kit_runs_nothing(host: Machine) -> None:
    with (host.root / "kit/steps/check.sh").open("a") as file:
        file.write("echo bad\n")
    done = host.run(CP, "look")
    assert done.code == 1 and "are not as they were made" in done.last and not host.folder.exists()


def test_a_damaged_list_of_sums_runs_nothing(plain: Machine) -> None:
    sums = plain.root / "kit/SHA256SUMS"
    sums.write_text(sums.read_text().split("\n", 1)[1])
    assert "are not as they were made" in plain.run("status").last


def test_what_another_kit_has_done_stops_this_one(host: Machine) -> None:
    looked(host)
    host.run("--who", "ana", CP, "stop", answers="pay\n")
    host.replace_step("halt", STEPS["halt"] + "# newer\n")
    for phase in ("stop", "restore"):
        done = host.run(CP, phase, answers="pay\n")
        assert done.code == 1 and done.last.startswith("STOP halt was done here by another kit, ")
    assert host.effects == ["halt"]


def test_a_look_by_another_kit_may_be_taken_again(plain: Machine) -> None:
    looked(plain)
    plain.replace_step("check", 'ok "newer"\n')
    assert plain.run(CP, "stop", answers="pay\n").last.startswith("STOP check was done here by another kit")
    looked(plain)
    assert plain.run(CP, "stop", answers="pay\n").code == 0


def test_second_run_is_refused_while_the_first_goes_on(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    for shell in SHELLS:
        host = machine(tmp_path / shell, shell, check='sleep 1\nok "slow"\n')
        first = host.start("--who", "ana", CP, "look")
        _until(lambda host=host: (host.folder / "rescue-step").exists())
        second = host.run("--who", "ben", CP, "look")
        assert second.code == 1 and second.last.startswith("STOP another run holds the lock: ana (since ")
        assert first.communicate(timeout=20)[0].rstrip().rpartition("\n")[2].startswith("OK ")
        assert not (host.folder / "rescue-lock").exists()


def test_holder_s_own_runs_go_through_and_others_do_not(host: Machine) -> None:
    holder = host.start("--who", "ana", "hold")
    assert holder.stdout is not None and holder.stdin is not None
    assert holder.stdout.readline() == "@held\n"
    assert host.run("--who", "ana", CP, "look").code == 0
    assert host.run("--who", "ben", CP, "look").last.startswith("STOP another run holds the lock: ana (since ")
    assert "@lock ana " in host.run("--who", "ben", "status").text
    holder.stdin.close()
    assert holder.wait(timeout=10) == 0
    assert host.run("--who", "ben", CP, "look").code == 0


def test_lock_of_a_dead_process_is_taken_over(host: Machine) -> None:
    looked(host)
    (host.folder / "rescue-lock").write_text("4194304 1 ana 2026-11-22T01:02:03Z run\n")
    done = host.run(CP, "look")
    assert done.code == 0
    assert (
        "the run of ana (since 2026-11-22T01:02:03Z, process 4194304) has ended without its result: taken over"
        in done.text
    )


def test_lock_of_a_number_that_is_used_again_is_taken_over(plain: Machine) -> None:
    looked(plain)
    (plain.folder / "rescue-lock").write_text("1 12345678901 ana 2026-11-22T01:02:03Z run\n")
    assert plain.run(CP, "look").code == 0


def test_killed_at_any_point_it_goes_on_and_repeats_nothing_that_was_recorded(host: Machine) -> None:
    choose = random.Random(20261122)
    looked(host)
    for slug in ("halt", "put"):
        host.replace_step(slug, f"echo {slug}-begun >> ../effects\nsleep 0.05\necho {slug} >> ../effects\nok {slug}\n")
    host.run(CP, "look")
    for _ in range(10):
        started = host.start("--who", "ana", CP, choose.choice(["stop", "restore"]))
        assert started.stdin is not None
        started.stdin.write("done\n")
        started.stdin.close()
        time.sleep(choose.random() * 0.25)
        started.send_signal(signal.SIGKILL)
        started.wait()
        assert started.stdout is not None
        started.stdout.read()
        assert all(len(record) == 7 for record in host.records)
    for phase in ("stop", "restore"):
        assert host.run(CP, phase, answers="done\n").code == 0
    before = host.effects
    for slug in ("halt", "put"):
        finished = [r for r in host.records if r[1] == slug and r[5] == "ok"]
        assert len(finished) == 1
    for phase in ("stop", "restore"):
        assert host.run(CP, phase, answers="done\n").code == 0
    assert host.effects == before


def test_step_of_a_killed_run_is_left_to_end_or_ended(tmp_path: Path) -> None:
    for shell in SHELLS:
        host = machine(tmp_path / shell, shell, check='sleep 30\nok "slow"\n')
        started = host.start(CP, "look")
        _until(lambda host=host: _running(host) == "check")
        started.send_signal(signal.SIGKILL)
        started.wait()
        assert "a step of an interrupted run still runs, process " in host.run(CP, "look").last
        assert host.run("end").last == "OK the step is ended"
        assert host.run("end").last == "STOP no step runs here"
        host.replace_step("check", STEPS["check"])
        assert host.run(CP, "look").code == 0


def _running(host: Machine) -> str:
    if not (host.folder / "rescue-step").exists():
        return ""
    return host.records[-1][1] if host.records[-1][5] == "running" else ""


def test_a_torn_line_of_the_state_hides_no_other(plain: Machine) -> None:
    looked(plain)
    with (plain.folder / "rescue-state").open("a") as file:
        file.write("etcd-fire halt sha256:0")
    assert plain.run(CP, "stop", answers="pay\n").code == 0
    assert plain.run(CP, "stop").code == 0
    assert plain.effects == ["halt"]


def test_an_interrupted_run_says_so_and_frees_the_lock(tmp_path: Path) -> None:
    host = machine(tmp_path, "sh", check='sleep 1\nok "slow"\n')
    started = host.start(CP, "look")
    _until(lambda: _running(host) == "check")
    started.send_signal(signal.SIGTERM)
    text = started.communicate(timeout=10)[0]
    assert started.returncode == 130
    assert text.rstrip().rpartition("\n")[2] == "STOP interrupted in step 2, check: the same command goes on"
    assert not (host.folder / "rescue-lock").exists()


def test_removed_files_of_an_incident_make_the_next_look_another_one(plain: Machine) -> None:
    looked(plain)
    plain.run(CP, "stop", answers="pay\n")
    plain.run(CP, "clean", answers="pay\n")
    done = plain.run(CP, "look")
    assert "the last etcd-fire was finished by " in done.text
    plain.run(CP, "stop", answers="pay\n")
    assert plain.effects == ["halt", "tidy", "halt"]


def test_records_go_along_with_the_files_of_an_earlier_incident(tmp_path: Path) -> None:
    identify = STEPS["identify"] + "[ ! -e old ] || mkdir earlier-20261122T000000Z\n"
    host = machine(tmp_path, "sh", identify=identify)
    looked(host)
    host.run(CP, "stop", answers="pay\n")
    (host.folder / "old").touch()
    looked(host)
    assert (host.folder / "earlier-20261122T000000Z/rescue-state").exists()
    host.run(CP, "stop", answers="pay\n")
    assert host.effects == ["halt", "halt"]


def test_status_says_what_was_done_by_whom_and_what_is_next(plain: Machine) -> None:
    assert plain.run("status").last == "OK"
    plain.run("--who", "ana b'; x", CP, "look")
    text = plain.run("--who", "ben", "status").text
    assert "etcd-fire step 2, check: ok " in text and "by ana_b___x\n" in text
    assert "next: kedge-rescue etcd-fire stop\n" in text
    kit = (plain.root / "kit/KIT").read_text()
    assert text.splitlines()[0] == f"@kit {kit.strip()}"
    assert [line.split()[2:8:4] for line in text.splitlines() if line.startswith("@state ")][-1] == ["check", "ok"]


def test_show_prints_a_file_that_does_what_the_phase_does(host: Machine) -> None:
    script = host.run("--show", CP, "look").text + host.run("--only", "put", "--show", CP, "restore").text
    assert not host.folder.exists()
    file = host.root / "phase.sh"
    file.write_text(script)
    shell = ["busybox", "sh"] if host.shell == "busybox" else [host.shell]
    done = subprocess.run([*shell, str(file)], capture_output=True, text=True, cwd=host.root, check=False)
    assert "CHECKED cp1=10.0.0.1" in done.stdout and host.effects == ["put"]


def test_a_dry_run_lists_steps_and_writes_nothing(plain: Machine) -> None:
    done = plain.run("--dry-run", CP, "look")
    assert done.text == "step 1 of 12, identify, read-only: would run\nstep 2 of 12, check, read-only: would run\n"
    assert not plain.folder.exists()


def test_log_has_everything_that_was_printed_but_no_key_to_join_with(host: Machine) -> None:
    looked(host)
    printed = host.run("--first", CP, "verify").text
    assert "--token abc.def" in printed
    log = (host.folder / "rescue-log").read_text()
    assert "kubeadm join 10.0.0.1:6443 --token ... --certificate-key ..." in log
    assert "abc.def" not in log and "OK etcd-fire verify is done" in log
    assert (host.folder / "rescue-log").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("etcd-fire",),
        ("etcd-fire", "dance"),
        ("etcd-ice", "look"),
        ("etcd-fire", "look", "more"),
        ("--what", "status"),
        ("--only",),
        ("--only", "put", "etcd-fire", "look"),
        ("hold",),
        ("$(touch x)", "look"),
        ("etcd-fire", ";touch x"),
    ],
)
def test_misuse_is_exit_code_two(plain: Machine, words: tuple[str, ...]) -> None:
    done = plain.run(*words)
    assert done.code == 2 and done.last.startswith("STOP ")
    assert not (plain.root / "x").exists()


def test_it_runs_by_a_link_from_anywhere(plain: Machine) -> None:
    link = plain.root / "bin-kedge-rescue"
    link.symlink_to(plain.root / "kit/kedge-rescue")
    done = subprocess.run(["sh", str(link), "status"], capture_output=True, text=True, cwd="/", check=False)
    assert done.returncode == 0


def _until(condition: object, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    assert callable(condition)
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
