"""The block of the API by the steps' own shell, on a host with nftables, with either kind of iptables, with both, and with none.

The host is a network namespace; another one beside it is the machine that must not reach the API.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from compiler.assets import asset
from compiler.runbooks import procedures
from compiler.runbooks.block import program
from compiler.runbooks.step import definition
from tests.real.harness.netns import Namespace
from tests.unit.runbooks.blocked import while_blocked
from tests.unit.runbooks.clusters import plan

CLUSTER = "payments-eu"
API, SSH, ETCD = 6443, 22, 2379
PODS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd")
TOOLS = {
    "nft": {"nft": "nft"},
    "iptables-legacy": {"iptables": "iptables-legacy", "ip6tables": "ip6tables-legacy"},
    "iptables-nft": {"iptables": "iptables-nft", "ip6tables": "ip6tables-nft"},
    "both": {"nft": "nft", "iptables": "iptables-legacy", "ip6tables": "ip6tables-legacy"},
}
PROGRAMS = (
    *("ip", "curl", "awk", "sed", "grep", "cat", "mv", "mkdir", "rm", "paste", "sort", "date"),
    *("timeout", "head", "tail", "tr", "sh", "sleep", "true", "wc", "cut"),
)
LATER = while_blocked(next(p for p in procedures(plan(CLUSTER)) if p.name == "etcd-quorum-lost"))
SERVER = """
import socket, threading
def serve(family, address, port):
    s = socket.socket(family); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6: s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    s.bind((address, port)); s.listen(16)
    while True:
        c, _ = s.accept(); c.recv(4096); c.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\nhere"); c.close()
for port in (%s):
    for family, address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
        threading.Thread(target=serve, args=(family, address, port)).start()
print("up", flush=True)
"""
NETWORK = """
mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns && ip netns add outside
ip link add eth0 type veth peer name eth0 netns outside
ip addr add 10.20.0.11/24 dev eth0; ip addr add fd00::11/64 dev eth0 nodad; ip link set eth0 up
ip -n outside addr add 10.20.0.99/24 dev eth0; ip -n outside addr add fd00::99/64 dev eth0 nodad
ip -n outside link set eth0 up
"""


class Host:
    """A control-plane host whose kubelet stops nothing and whose firewall programs are those that it was given."""

    def __init__(self, namespace: Namespace, tools: dict[str, str]) -> None:
        self.namespace = namespace
        self.bin, self.work, self.static = (namespace.folder / name for name in ("bin", "kedge", "static"))
        for made in (self.bin, self.work / "manifests", self.static):
            made.mkdir(parents=True)
        for name in PROGRAMS:
            (self.bin / name).symlink_to(str(shutil.which(name)))
        for name, real in tools.items():
            (self.bin / name).symlink_to(str(shutil.which(real)))
        self.stub("crictl", "#!/bin/sh\nexit 0\n")
        for pod in PODS:
            (self.static / f"{pod}.yaml").write_text(pod)
        (self.work / "ports").write_text(f"443\n{API}\n")
        (self.work / "functions").write_text(asset("templates/runbooks/functions.sh").read_text())
        (self.work / "env").write_text(
            f". ./functions\nCLUSTER={CLUSTER}\nHOST=cp1\nSTATIC_PODS='{self.static}'\nETCD_DATA='{self.work}/etcd'\n"
            "[ ! -s api-block ] || . ./api-block\n"
        )

    def stub(self, name: str, text: str) -> None:
        (self.bin / name).unlink(missing_ok=True)
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def run(self, slug: str, answer: str = CLUSTER) -> str:
        """The last line that a step prints."""
        text = program(definition(slug), CLUSTER, {}).replace('"/root/kedge"', f'"{self.work}"')
        done = self.shell(text, f"{answer}\n")
        last = done.stdout.splitlines()[-1]
        assert (done.returncode == 0) == ("OK: " in last), (done.stdout, done.stderr)
        return last.rpartition("to continue: ")[2]

    def shell(self, text: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Runs shell with the programs of this host and no others."""
        return self.namespace.run(["env", f"PATH={self.bin}", "/bin/sh", "-eu", "-c", text], input=typed)

    def answers(self, port: int, address: str = "10.20.0.11", outside: bool = True) -> bool:
        """Whether a connection is accepted, from the other machine or from the host itself."""
        where = ["ip", "netns", "exec", "outside"] if outside else []
        url = f"http://{address}:{port}/"
        done = self.namespace.run([*where, "curl", "-s", "-g", "--noproxy", "*", "--max-time", "5", url])
        return done.stdout == "here"

    def reboot(self) -> None:
        """What a reboot does to the firewall."""
        everything = "iptables-legacy -F; ip6tables-legacy -F; nft flush ruleset"
        assert self.namespace.run(["sh", "-ec", everything]).returncode == 0


@pytest.fixture
def namespace() -> Iterator[Namespace]:
    with Namespace({"cp1": "127.0.0.1"}) as made:
        done = made.run(["sh", "-ec", NETWORK])
        assert done.returncode == 0, done.stderr
        server = SERVER % ", ".join(map(str, (API, SSH, ETCD)))
        made.start("server", ["python3", "-c", server])
        for _ in range(100):
            if (made.folder / "server.log").read_text() == "up\n":
                break
            subprocess.run(["sleep", "0.1"], check=True)
        yield made


@pytest.fixture(params=TOOLS)
def host(namespace: Namespace, request: pytest.FixtureRequest) -> Host:
    return Host(namespace, TOOLS[request.param])


def test_other_machines_lose_the_api_and_nothing_else(host: Host) -> None:
    assert host.answers(API) and host.answers(API, "[fd00::11]")
    assert host.run("stop-control-plane") == "OK: the control plane of cp1 is stopped"
    assert not host.answers(API)
    assert not host.answers(API, "[fd00::11]")
    assert host.answers(API, "127.0.0.1", outside=False) and host.answers(API, outside=False)
    assert host.answers(SSH) and host.answers(ETCD) and host.answers(ETCD, "[fd00::11]")
    assert host.run("unblock-api") == "OK: the API of cp1 is open to other machines"
    assert host.answers(API) and host.answers(API, "[fd00::11]")


def test_a_block_that_was_set_twice_is_removed_as_a_whole(host: Host) -> None:
    host.run("stop-control-plane")
    assert host.run("stop-control-plane") == "OK: the control plane of cp1 is stopped"
    host.run("unblock-api")
    assert host.answers(API)


@pytest.mark.parametrize("slug", LATER)
def test_each_later_phase_sets_a_block_again_that_a_reboot_removed(host: Host, slug: str) -> None:
    host.run("stop-control-plane")
    host.reboot()
    assert host.answers(API)
    host.shell(_block_only(slug, host.work))
    assert not host.answers(API)


def _block_only(slug: str, work: Path) -> str:
    """The shell of a step up to what it does after it has set the block."""
    shell = definition(slug).shell
    return f'cd "{work}"; . ./env\n{shell[: shell.index("block_api") + len("block_api")]}'


@pytest.mark.parametrize(
    "tools",
    [{}, {"iptables": "iptables-legacy"}, {"nft": "true"}, {"iptables": "true", "ip6tables": "true"}],
    ids=["no firewall program", "no ip6tables", "nft without effect", "iptables without effect"],
)
def test_a_port_that_is_not_blocked_is_a_stop_and_nothing_is_stopped(
    namespace: Namespace, tools: dict[str, str]
) -> None:
    host = Host(namespace, tools)
    assert host.run("stop-control-plane") == "STOP: the API of cp1 is NOT blocked: other machines can write to it"
    assert {path.stem for path in host.static.iterdir()} == set(PODS)


def test_a_rule_that_another_one_overrides_is_a_stop(namespace: Namespace) -> None:
    """The rule is there and counts nothing: the packets were accepted before it."""
    host = Host(namespace, {"iptables": "iptables-legacy", "ip6tables": "ip6tables-legacy"})
    real = shutil.which("iptables-legacy")
    host.stub(
        "iptables",
        f'#!/bin/sh\n{real} "$@" || exit\n{real} -D INPUT -j ACCEPT 2>/dev/null\n{real} -I INPUT -j ACCEPT\n',
    )
    assert "is NOT blocked" in host.run("stop-control-plane")


@pytest.mark.parametrize("slug", LATER)
def test_a_later_phase_stops_where_the_block_cannot_be_set_again(host: Host, slug: str) -> None:
    host.run("stop-control-plane")
    host.reboot()
    for name in ("nft", "iptables", "ip6tables"):
        (host.bin / name).unlink(missing_ok=True)
    assert host.run(slug) == "STOP: the API of cp1 is NOT blocked: other machines can write to it"
