"""Three real etcd members with a small quota are filled; the steps' own shell gives the space back, refuses what it should, and repeats.

The host is a folder beside the members: its manifest states the quota. What needs a kubelet runs on the kubeadm bed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from compiler.assets import asset
from compiler.runbooks.block import program
from compiler.runbooks.step import definition
from tests.real.conftest import Count
from tests.real.harness.etcd import Etcd
from tests.real.harness.netns import Namespace
from tests.real.harness.toolchain import tool
from tests.real.test_control_plane_alerts import FLAGS, QUOTA, fill

CLUSTER = "payments-eu"


class Host:
    """A host of a cluster of three members."""

    def __init__(self, etcd: Etcd) -> None:
        self.etcd = etcd
        self.work, self.static = (etcd.namespace.folder / name for name in ("kedge", "static"))
        for folder in (self.work, self.static):
            folder.mkdir()
        (self.static / "etcd.yaml").write_text(f"    - --quota-backend-bytes={QUOTA}\n")
        (self.work / "functions").write_text(asset("templates/runbooks/functions.sh").read_text())
        (self.work / "env").write_text(
            f". ./functions\nCLUSTER={CLUSTER}\nSTATIC_PODS='{self.static}'\nPATH='{tool('etcdctl').parent}:'$PATH\n"
            f"export PATH ETCDCTL_ENDPOINTS={etcd.client_url('m1')}\n"
        )

    def run(self, slug: str, answer: str = CLUSTER) -> str:
        """What a step prints."""
        text = program(definition(slug), CLUSTER, {}).replace('"/root/kedge"', f'"{self.work}"')
        done = self.etcd.namespace.run(["sh", "-euc", text], f"{answer}\n")
        return f"{done.stdout}\n{done.stderr}" if not done.stdout else done.stdout

    def ends(self, slug: str, answer: str = CLUSTER) -> str:
        """The last line of a step, which has to be the one that the step promises."""
        printed = self.run(slug, answer)
        last = printed.splitlines()[-1]
        assert re.fullmatch(definition(slug).ends, last), printed
        assert all(re.search(shown, printed, re.MULTILINE) for shown in definition(slug).shows if "https" not in shown)
        return last

    def stops(self, slug: str, answer: str = CLUSTER) -> str:
        last = self.run(slug, answer).splitlines()[-1]
        assert "STOP: " in last, last
        return last


@pytest.fixture
def host() -> Iterator[Host]:
    with Namespace() as namespace:
        etcd = Etcd(namespace, members=3)
        for name in etcd.names:
            etcd.start(name, *FLAGS)
        etcd.wait()
        for number in range(12):
            etcd.etcdctl("put", f"/registry/events/case/{number}", "x" * 500)
        etcd.etcdctl("put", "/registry/example.net/widgets/case/one", "x")
        yield Host(etcd)


def test_a_full_etcd_takes_writes_again(host: Host, count: Count) -> None:
    etcd = host.etcd
    assert "is not full: change nothing" in host.stops("check-database-size")
    fill(etcd)
    assert "NOSPACE is set" in host.ends("check-database-size")
    assert host.ends("find-largest-prefixes") == "OK: the most bytes are in about 12 objects of /registry/events/"
    assert (host.work / "largest").read_text().splitlines()[1].endswith(" 1 /registry/example.net/widgets/")
    assert "there is no snapshot" in host.stops("compact-etcd")
    assert etcd.etcdctl("snapshot", "save", host.work / "before.db", members=["m1"]).returncode == 0
    assert "still has" in host.stops("disarm-alarm")
    host.ends("compact-etcd")
    host.ends("compact-etcd")
    assert "nothing was changed" in host.stops("defragment-members", "another")
    order = _order(host)
    assert order[-1] == _leader(host)
    assert sorted(order) == sorted(etcd.client_url(name) for name in etcd.names)
    assert etcd.etcdctl("put", "a", "b").returncode != 0
    host.ends("disarm-alarm")
    assert etcd.etcdctl("put", "a", "b").returncode == 0
    host.ends("disarm-alarm")
    count("runbook steps on real etcd", 6)


def test_a_member_that_is_down_stops_the_page_before_anything_changes(host: Host, count: Count) -> None:
    fill(host.etcd)
    host.etcd.members["m3"].kill()
    host.stops("check-database-size")
    (host.work / "before.db").write_text("a snapshot")
    host.stops("defragment-members")
    count("runbook steps on real etcd", 2)


def _order(host: Host) -> list[str]:
    printed = host.run("defragment-members")
    assert re.fullmatch(definition("defragment-members").ends, printed.splitlines()[-1]), printed
    return re.findall(r"defragmenting (http\S+)", printed)


def _leader(host: Host) -> str:
    (line,) = [line for line in (host.work / "sizes").read_text().splitlines() if line.startswith("1 ")]
    return line.split()[1]
