"""etcd has lost its quorum, and nobody pastes a block: the kit's program, phase by phase, on each control plane and on the workstation."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable

from tests.real.conftest import Count
from tests.real.harness.machine import Machine
from tests.real.harness.process import until
from tests.real.kubeadm.conftest import CLUSTER, Protected
from tests.real.kubeadm.disaster import check_whole, ruin
from tests.real.page import SHELLS, Output, paste
from tests.real.record import versions

LOST = "etcd-quorum-lost"
KIT = "/root/generated/rescue"
COMMAND = {"host": "kedge-rescue", "workstation": f"sh {KIT}/kedge-rescue --workstation"}
STATE = {"host": "/root/kedge/rescue-state", "workstation": f"/root/kedge-{CLUSTER}/rescue-state"}


class Rescue:
    """The program on the machines of one cluster; its seconds by phase."""

    def __init__(self, protected: Protected) -> None:
        self.protected = protected
        self.first, *self.others = protected.cluster.control_planes
        self.desk = protected.cluster.workstation
        self.seconds: dict[str, float] = {}

    def run(self, machine: Machine, words: str, *answers: str, code: int = 0) -> Output:
        """Types the command into a root shell of a machine, and an answer at each question."""
        role = "workstation" if machine is self.desk else "host"
        options = "--first " if machine is self.first else ""
        started = time.monotonic()
        output = paste(f"{COMMAND[role]} {options}{words}", machine, SHELLS["bash"], answers, 400)
        phase = words.split()[-1]
        self.seconds[phase] = self.seconds.get(phase, 0) + time.monotonic() - started
        assert output.code == code, output.text
        assert output.last.startswith("STOP " if code else "OK "), output.text
        return output

    def on_hosts(self, words: str, *answers: str, code: int = 0) -> list[Output]:
        """On every control plane, one after the other."""
        return [self.run(host, words, *answers, code=code) for host in (self.first, *self.others)]

    def claim(self) -> int:
        """Claims the steps that the machines' records call ok, and returns how many runs there were."""
        runs = 0
        for machine in (self.first, *self.others, self.desk):
            role = "workstation" if machine is self.desk else "host"
            for line in machine.check("cat", STATE[role]).splitlines():
                _, slug, _, start, end, result, _ = line.split(" ")
                if result == "ok":
                    runs += 1
                    self.protected.record.add(
                        slug, "kubeadm", versions("kubernetes", "etcd"), machine.name, _between(start, end)
                    )
        return runs


def test_the_program_brings_back_a_cluster_without_any_survivor(
    protected: Protected, count: Count, measure: Callable[[str, float], None]
) -> None:
    protected.cluster.kubectl("create", "configmap", "by-the-kit", "--from-literal=made=before")
    protected.take_snapshot()
    rescue = Rescue(protected)
    _install(rescue)
    ruin(protected, *protected.cluster.control_planes)
    begun = time.monotonic()
    rescue.on_hosts(f"{LOST} look", "new")
    _end_the_wait(rescue)
    for other in rescue.others:
        rescue.run(other, f"{LOST} save")
    rescue.run(rescue.desk, f"{LOST} fetch", "", _private_key(protected))
    for stopped in rescue.on_hosts(f"{LOST} stop", CLUSTER, code=1):
        assert "etcd cannot read the data" in stopped.text
        assert stopped.last.endswith("then go on with step 12, choose-data, of the phase restore on the workstation")
    rescue.run(rescue.desk, f"{LOST} restore", "")
    rescue.on_hosts(f"{LOST} restore", "done", CLUSTER)
    for other in rescue.others:
        rescue.run(other, f"--only start-etcd {LOST} start")
    rescue.run(rescue.first, f"{LOST} start")
    for other in rescue.others:
        rescue.run(other, f"{LOST} start", "done")
    rescue.on_hosts(f"--only unblock-api {LOST} unblock")
    rescue.run(rescue.desk, f"{LOST} unblock", "done")
    rescue.on_hosts(f"{LOST} unblock", "done")
    rescue.run(rescue.first, f"{LOST} verify")
    measure("quorum lost, phase by phase by hand", time.monotonic() - begun)
    _is_done(rescue)
    runs = rescue.claim()
    rescue.on_hosts(f"{LOST} clean", CLUSTER)
    check_whole(protected, "by-the-kit")
    for phase, seconds in rescue.seconds.items():
        print(f"{phase}: {seconds:.0f} s")
    count("steps run by the kit", runs)


def _install(rescue: Rescue) -> None:
    """Copies the folder to each host over ssh (-O: the sshd of the bed has no sftp), and runs its installer there."""
    for host in (rescue.first, *rescue.others):
        rescue.desk.check("scp", "-O", "-q", "-r", KIT, f"root@{host.address}:/root/kedge-rescue")
        said = rescue.desk.check("ssh", f"root@{host.address}", "sh /root/kedge-rescue/install.sh")
        assert re.search(r"^OK the rescue kit of payments-eu is installed, etcd 3\.\d+: ", said, re.MULTILINE)


def _end_the_wait(rescue: Rescue) -> None:
    """The first host waits for a quorum that does not come; another shell ends that."""
    outputs: list[Output] = []
    waiting = threading.Thread(target=lambda: outputs.append(rescue.run(rescue.first, f"{LOST} save", code=1)))
    waiting.start()
    state = ("grep", "-q", "wait-for-quorum .* running", STATE["host"])
    until(lambda: rescue.first.run(*state).returncode == 0, "the wait for a quorum", timeout=60)
    rescue.first.check("kedge-rescue", "end")
    waiting.join()
    assert outputs[0].last.endswith("then go on with step 6, choose-store, of the phase fetch on the workstation")


def _is_done(rescue: Rescue) -> None:
    """A phase that is run again changes nothing: each of its changes is done."""
    for phase in ("start", "unblock"):
        again = rescue.run(rescue.others[0], f"{LOST} {phase}")
        assert "\n== " not in f"\n{again.text}"


def _private_key(protected: Protected) -> str:
    (key,) = re.findall(r"(?m)^AGE-SECRET-KEY-.*$", protected.identity.read_text())
    return str(key)


def _between(start: str, end: str) -> float:
    form = "%Y-%m-%dT%H:%M:%SZ"
    return time.mktime(time.strptime(end, form)) - time.mktime(time.strptime(start, form))
