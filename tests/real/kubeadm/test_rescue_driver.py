"""The rescue kit's driver on a real cluster, over OpenSSH: members lost, quorum lost, and what may happen to a run."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time

from tests.real.conftest import Count
from tests.real.harness.machine import Machine
from tests.real.kubeadm.conftest import CLUSTER, Protected
from tests.real.kubeadm.disaster import check_whole, ruin
from tests.real.snapshot_bed import private_key

QUORUM = ("etcd-quorum-lost", "--no-wait", "--store", "offsite")
KIT = "/root/generated/rescue"
PROMPT = re.compile(r"^[^|\n]*(?:: |\? )$")
ANSWERS = {
    "Type install ": "install",
    "Type continue to go on": "new",
    "Type continue if": "new",
    f"Type {CLUSTER} to continue: ": CLUSTER,
    "Press Enter for ": "",
    "Type retry, go on": "go on",
}


class DriverRun:
    """A run of the driver on the workstation; each prompt gets the answer whose key it begins with."""

    def __init__(self, desk: Machine, *words: str, home: str = "/root", key: str = "", who: str = "rescuer") -> None:
        self.text = ""
        self._answered = 0
        self._key = key
        command = ["python3", f"{KIT}/kedge-rescue.pyz", "run", "--who", who, *words]
        self._process = subprocess.Popen(
            desk.inside(command),  # /usr/bin/python3 there: nothing of ours is on its path
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=desk.environment(desk.exported | {"HOME": home}),
            start_new_session=True,
        )

    def until(self, text: str, answers: dict[str, str], timeout: float = 900) -> None:
        """Answers prompts until a text is shown."""
        limit = time.monotonic() + timeout
        while text not in self.text:
            assert time.monotonic() < limit, self.text
            assert self._advance(answers), self.text

    def end(self, answers: dict[str, str], timeout: float = 900) -> int:
        """Answers prompts until it ends, and returns its exit code."""
        limit = time.monotonic() + timeout
        while self._advance(answers):
            assert time.monotonic() < limit, self.text
        return self._process.wait(10)

    def say(self, answer: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{answer}\n".encode())
        self._process.stdin.flush()

    def kill(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    @property
    def last(self) -> str:
        return self.text.rstrip("\n").rpartition("\n")[2]

    def _advance(self, answers: dict[str, str]) -> bool:
        """Answers the open prompt, else reads on; false at the end of the output."""
        line = self.text[self._answered :].rpartition("\n")[2]
        if line and PROMPT.match(line):
            self._answered = len(self.text)
            self.say(self._answer(line, answers))
            return True
        assert self._process.stdout is not None
        chunk = os.read(self._process.stdout.fileno(), 65536)
        self.text += chunk.decode(errors="replace")
        return bool(chunk)

    def _answer(self, prompt: str, answers: dict[str, str]) -> str:
        if prompt.endswith("it is not shown: "):
            return self._key or "none"
        return next(answer for start, answer in answers.items() if prompt.startswith(start))


def _without_kit(protected: Protected) -> None:
    """Hosts as they are before anybody has installed the kit."""
    for machine in protected.cluster.control_planes:
        machine.run("rm", "-rf", "/opt/kedge-rescue", "/usr/local/sbin/kedge-rescue")


def test_a_survivor_brings_back_two_members_by_the_driver(protected: Protected, count: Count) -> None:
    """Two drivers at once; the first is killed before data is moved aside, another one goes on with another home."""
    cluster = protected.cluster
    desk = cluster.workstation
    survivor, *ruined = cluster.control_planes
    cluster.kubectl("create", "configmap", "driven", "--from-literal=made=before")
    protected.take_snapshot()
    ruin(protected, *ruined)
    key = private_key(protected.identity)
    began = time.monotonic()
    first = DriverRun(desk, *QUORUM, key=key, who="alice")
    first.until("== restore: choose-data", ANSWERS)
    second = DriverRun(desk, *QUORUM, who="bob")
    assert second.end(ANSWERS) == 1
    assert "alice@" in second.last
    first.until("== restore: move-etcd-data-aside", ANSWERS)
    first.kill()
    desk.check("mkdir", "-p", "/root/another")
    third = DriverRun(desk, *QUORUM, home="/root/another", key=key, who="carol")
    assert third.end(ANSWERS | {"Type continue to go on": "continue"}) == 0, third.text
    count("seconds of the driver, quorum lost, one survivor", round(time.monotonic() - began))
    assert f"driver | {survivor.name} is the first host from now on" in first.text
    assert "survivor-cp1.db" in first.text
    check_whole(protected, "driven")


def test_a_snapshot_brings_back_every_member_though_a_host_loses_its_power_within_the_run(
    protected: Protected, count: Count
) -> None:
    cluster = protected.cluster
    cluster.kubectl("create", "configmap", "driven-again", "--from-literal=made=before")
    protected.take_snapshot()
    ruin(protected, *cluster.control_planes)
    run = DriverRun(cluster.workstation, *QUORUM, key=private_key(protected.identity))
    run.until("== look: check-etcd", ANSWERS)
    cut = cluster.control_planes[-1]
    cut.power_off()
    run.until("does not answer", ANSWERS)
    cluster.power_on(cut)
    began = time.monotonic()
    assert run.end(ANSWERS | {"Type retry, without": "retry"}) == 0, run.text
    count("seconds of the driver, quorum lost, no survivor, after the power cut", round(time.monotonic() - began))
    check_whole(protected, "driven-again")


def test_a_member_on_an_empty_machine_is_replaced_by_the_driver(protected: Protected, count: Count) -> None:
    cluster = protected.cluster
    _, lost, _ = cluster.control_planes
    lost.empty()
    cluster.prepare(lost)
    cluster.trust(lost)
    _without_kit(protected)
    answers = ANSWERS | {f"Type {lost.name} to continue: ": lost.name, "Type the name of the member": lost.name}
    began = time.monotonic()
    run = DriverRun(cluster.workstation, "etcd-member-lost", "--replacement", lost.name)
    assert run.end(answers) == 0, run.text
    count("seconds of the driver, member lost", round(time.monotonic() - began))
    cluster.wait_ready()
    assert "OK: 3 members are healthy" in run.text
