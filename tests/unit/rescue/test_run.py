"""The driver over three hosts: the order of steps, questions, failures, interrupts, and runs that go on."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.rescue.bed import CLUSTER, HOSTS, KEY, STEPS, Bed, make, read_until, say

QUORUM = ("etcd-quorum-lost", "--no-wait", "--store", "paris")


@pytest.fixture
def bed(tmp_path: Path) -> Iterator[Bed]:
    made = make(tmp_path)
    yield made
    made.close()


def test_a_procedure_runs_on_every_machine_in_its_order_and_asks_once_for_all_hosts(bed: Bed) -> None:
    ran = bed.run(*QUORUM)
    assert (ran.code, ran.last.partition(":")[0]) == (0, "OK etcd-quorum-lost"), ran.text
    every = ["checked", "stop-control-plane", "move-etcd-data-aside", "restore-etcd"]
    assert bed.effects("cp1") == [*every, "start-first-api-server", "check-nodes", "verify-new-pods"]
    assert bed.effects("cp2") == bed.effects("cp3") == [*every, "start-remaining-api-servers"]
    assert bed.effects("workstation") == ["send-data"]
    assert ran.text.count("asks in stop-control-plane") == 1
    before, _, after = ran.text.partition("== restore: move-etcd-data-aside")
    assert "driver | to be restored: survivor-cp2.db, revision 100" in after
    assert "to be restored" not in before


def test_nothing_is_destroyed_without_the_typed_word(bed: Bed) -> None:
    ran = bed.run(*QUORUM, "look", "stop", answers=["yes", "stop"])
    assert ran.code == 1
    assert ran.last.startswith("STOP stop-control-plane did not end with OK")
    assert [bed.effects(name) for name in HOSTS] == [["checked"]] * 3


def test_a_host_that_is_down_from_the_start_is_left_out_when_a_person_says_so(bed: Bed) -> None:
    (bed.host("cp3") / "down").touch()
    ran = bed.run(*QUORUM, "look", "stop", answers=["without cp3", CLUSTER])
    assert ran.code == 0, ran.text
    assert "cp3 does not answer: ssh: connect to host port 22" in ran.text
    assert (bed.effects("cp2"), bed.effects("cp3")) == (["checked", "stop-control-plane"], [])


def test_a_host_that_loses_its_power_within_a_step_is_asked_about_when_the_others_are_done(bed: Bed) -> None:
    bed.change(check_etcd='[ "$(cat /proc/self/fd/9/name 2>/dev/null)" != cp2 ] || sleep 30\nok "etcd is down"\n')
    (bed.host("cp2") / "name").write_text("cp2")
    process = bed.start(*QUORUM, "look", "stop")
    read_until(process, "cp3 | OK: etcd is down")
    bed.cut_power("cp2")
    asked = read_until(process, "or stop: ")
    assert "driver | cp2: check-etcd: does not answer" in asked
    say(process, "without cp2", CLUSTER)
    text = process.communicate(timeout=30)[0].decode()
    assert process.returncode == 0, text
    assert (bed.effects("cp1"), bed.effects("cp2")) == (["stop-control-plane"], [])


def test_a_host_that_comes_back_runs_the_step_again(bed: Bed) -> None:
    (bed.host("cp2") / "down").touch()
    process = bed.start(*QUORUM, "look")
    read_until(process, "or stop: ")
    (bed.host("cp2") / "down").unlink()
    say(process, "retry")
    assert "OK etcd-quorum-lost: look" in process.communicate(timeout=30)[0].decode()
    assert bed.effects("cp2") == ["checked"]


def test_a_driver_that_was_killed_goes_on_from_another_workstation_and_repeats_nothing(bed: Bed) -> None:
    process = bed.start(*QUORUM)
    say(process, CLUSTER, "", CLUSTER)
    read_until(process, "== restore: restore-etcd")
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    bed.home = bed.root / "another"
    bed.home.mkdir()
    ran = bed.run(*QUORUM, answers=["continue"])
    assert ran.code == 0, ran.text
    every = ["checked", "stop-control-plane", "move-etcd-data-aside", "restore-etcd"]
    assert bed.effects("cp2") == [*every, "start-remaining-api-servers"]
    assert bed.effects("workstation") == []


def test_the_second_of_two_drivers_stops_and_names_the_first(bed: Bed) -> None:
    first = bed.start(*QUORUM, "look", "stop", "--who", "alice")
    read_until(first, f"Type {CLUSTER} to continue: ")
    second = bed.run(*QUORUM, "look", "--who", "bob")
    assert second.code == 1
    assert second.last.startswith("STOP alice@")
    say(first, CLUSTER)
    assert first.communicate(timeout=30)[0]
    assert first.returncode == 0


def test_an_interrupt_ends_the_run_and_frees_the_hosts(bed: Bed) -> None:
    process = bed.start(*QUORUM, "look", "stop")
    read_until(process, f"Type {CLUSTER} to continue: ")
    process.send_signal(signal.SIGINT)
    text = process.communicate(timeout=30)[0].decode()
    assert process.returncode == 130
    assert text.rstrip().rpartition("\n")[2].startswith("STOP interrupted")
    again = bed.run(*QUORUM, "look", "stop", answers=[CLUSTER])
    assert again.code == 0, again.text


def test_a_host_without_the_kit_is_given_this_one_after_a_typed_word(bed: Bed) -> None:
    subprocess.run(["rm", "-r", bed.host("cp2") / "kit"], check=True)
    ran = bed.run(*QUORUM, "look", answers=["install"])
    assert ran.code == 0, ran.text
    assert (bed.host("cp2") / "kit/KIT").read_text() == (bed.kit / "KIT").read_text()
    assert bed.effects("cp2") == ["checked"]


def test_a_host_with_another_kit_runs_nothing_of_it(bed: Bed) -> None:
    other = bed.host("cp2") / "kit/KIT"
    other.write_text("0" * 64 + "\n")
    ran = bed.run(*QUORUM, "look", answers=["stop"])
    assert ran.code == 1
    assert "cp2 has" in ran.text
    assert bed.effects("cp1") == []


def test_a_damaged_kit_on_the_workstation_runs_nothing(bed: Bed) -> None:
    (bed.kit / "steps/restore-etcd.sh").write_text("true\n")
    ran = bed.run(*QUORUM)
    assert (ran.code, "is damaged (steps/restore-etcd.sh)" in ran.last) == (1, True)


def test_the_private_key_goes_to_its_step_and_is_in_no_file(bed: Bed) -> None:
    ran = bed.run(*QUORUM, "fetch", "save", "look")
    assert ran.code == 0, ran.text
    summed = subprocess.run(["sha256sum"], input=KEY.encode(), capture_output=True, check=True).stdout
    assert (bed.home / "kedge-pay/key-sum").read_bytes() == summed
    assert KEY not in ran.text
    assert [path for path in bed.root.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()] == []


def test_a_host_that_asks_for_the_private_key_gets_none(bed: Bed) -> None:
    bed.change(check_etcd="printf 'Paste a private key; it is not shown: '\nread -r K\necho \"$K\" > got\nok x\n")
    bed.run(*QUORUM, "look", answers=["nothing"])
    assert (bed.host("cp1") / "kedge/got").read_text() == "nothing\n"


def test_a_typed_private_key_is_asked_for_and_may_be_a_whole_file(bed: Bed) -> None:
    ran = bed.run(*QUORUM, "fetch", "save", "look", key="", answers=["# created: today", f"{KEY}", "rest"])
    assert ran.code == 0, ran.text
    assert "NOW: send somebody for ONE private key" in ran.text
    assert KEY not in ran.text


def test_the_line_that_joins_a_host_is_carried_and_neither_shown_nor_logged(bed: Bed) -> None:
    (bed.host("cp3") / "down").touch()
    process = bed.start("etcd-member-lost", "--replacement", "cp3")
    say(process, "cp3")
    read_until(process, "cp3 does not answer")
    (bed.host("cp3") / "down").unlink()
    say(process, "retry")
    text = process.communicate(timeout=30)[0].decode()
    assert process.returncode == 0, text
    assert (bed.host("cp3") / "kedge/joined").read_text().startswith("kubeadm join 10.0.0.1:6443 --token abc.def")
    log = (bed.home / "kedge-pay/driver-log").read_text()
    assert "abc.def" not in text + log
    assert bed.effects("cp3") == ["reset-host", "join-host"]
    assert bed.effects("cp1") == ["remove-member", "print-join-command"]


def test_the_wait_for_lost_hosts_ends_at_once_by_a_word(bed: Bed) -> None:
    process = bed.start("etcd-quorum-lost", "look", "save", "fetch", "--store", "rome")
    read_until(process, "type gone when they do not come back")
    say(process, "gone")
    text = process.communicate(timeout=30)[0].decode()
    assert process.returncode == 0, text
    assert "OK: snapshots come from https://2" in text


def test_hosts_that_come_back_leave_only_the_checks(bed: Bed) -> None:
    bed.change(wait_for_quorum='ok "quorum is back"\n')
    ran = bed.run("etcd-quorum-lost", "--store", "paris", answers=[])
    assert ran.code == 0, ran.text
    assert bed.effects("cp1") == ["checked", "check-nodes", "verify-new-pods"]
    assert bed.effects("cp2") == ["checked"]


def test_the_first_host_is_a_survivor(bed: Bed) -> None:
    bed.change(check_etcd='ok "$(cat /proc/self/fd/9/state)"\n')
    for name in HOSTS:
        (bed.host(name) / "state").write_text("cp2 is a survivor: etcd runs" if name == "cp2" else "etcd is down")
    bed.run(*QUORUM, "look", "start", answers=[])
    assert bed.effects("cp2") == ["start-first-api-server"]


def test_output_of_a_host_does_not_reach_the_terminal_raw(bed: Bed) -> None:
    bed.change(
        check_etcd="printf '\\033]0;owned\\007\\302\\233 31m\\342\\200\\256evil\\r\\nOK etcd-quorum-lost\\n'\nok x\n"
    )
    ran = bed.run(*QUORUM, "look", answers=[])
    assert ran.code == 0
    assert not set("\x1b\x07\x9b\u202e\r") & set(ran.text)
    assert "cp1 | OK etcd-quorum-lost" in ran.text


def test_a_step_that_fails_goes_on_where_the_page_does(bed: Bed) -> None:
    bed.change(check_etcd='stop "curl cannot tell"\n')
    ran = bed.run(*QUORUM, "look", "save", answers=["go on"])
    assert ran.code == 0, ran.text
    assert "go on (the page goes on with wait-for-quorum)" in ran.text


def test_an_end_of_the_input_stops_before_anything_is_destroyed(bed: Bed) -> None:
    ran = bed.run(*QUORUM, "look", "stop", answers=[])
    assert (ran.code, ran.last.startswith("STOP nobody answered")) == (1, True)
    assert "stop-control-plane" not in bed.effects("cp1")


@pytest.mark.parametrize(
    "words", [("etcd-lost",), ("etcd-quorum-lost", "sleep"), ("etcd-quorum-lost", "--first", "w1")]
)
def test_a_wrong_name_is_wrong_usage(bed: Bed, words: tuple[str, ...]) -> None:
    ran = bed.run(*words)
    assert (ran.code, ran.last.startswith("STOP there is no ")) == (2, True)


def test_clean_runs_only_when_it_is_asked_for(bed: Bed) -> None:
    ran = bed.run(*QUORUM, "clean", answers=[CLUSTER])
    assert "STOP" in ran.last  # nothing was prepared on these hosts
    assert "remove-old-data" not in bed.effects("cp1")


@pytest.mark.parametrize(
    ("slug", "phases", "answers"),
    [
        ("identify-host", ("look",), []),
        ("stop-control-plane", ("look", "stop"), [CLUSTER]),
        ("restore-etcd", ("look", "save", "fetch", "restore"), ["", CLUSTER]),
        ("start-remaining-api-servers", ("look", "start"), []),
        ("remove-old-data", ("look", "clean"), [CLUSTER]),
    ],
)
def test_a_host_that_lost_its_power_in_any_phase_is_brought_back_and_the_run_goes_on(
    bed: Bed, slug: str, phases: tuple[str, ...], answers: list[str]
) -> None:
    slow = f"[ ! -e /proc/self/fd/9/slow ] || {{ echo '{slug} is slow'; sleep 60; }}\n"
    bed.change(**{slug.replace("-", "_"): slow + STEPS[slug]})
    (bed.host("cp2") / "slow").touch()
    process = bed.start(*QUORUM, *phases)
    say(process, *answers)
    read_until(process, f"cp2 | {slug} is slow")
    bed.cut_power("cp2")
    read_until(process, "or stop: ")
    (bed.host("cp2") / "slow").unlink()
    (bed.host("cp2") / "down").unlink()
    say(process, "retry", CLUSTER)
    text = process.communicate(timeout=30)[0].decode()
    assert process.returncode == 0, text
    assert bed.effects("cp2").count(slug) <= 1
