"""Real etcd members die with the hosts that a loss takes down; what still takes a write is what the placement proof says.

Which hosts a loss takes is worked out here a second time, from the text of the topology and by plain reading.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from compiler.model.topology import DomainKind
from compiler.proofs.placement import Placement, Verdict
from tests.real.conftest import Count
from tests.real.examples import prove_text
from tests.real.harness.etcd import Etcd
from tests.real.harness.netns import Namespace

FLAGS = ("--heartbeat-interval=20", "--election-timeout=200")  # milliseconds; elections are over in half a second
ATTEMPTS = 2  # of a second each: many times what an election takes

# Hosts with what they hang on, and `etcd`: the hosts of the members. `stacked` is the default placement.
TOPOLOGIES = """
alone:
  hosts: {a: {rack: r1, feed: f1, site: s1}, w: {rack: r2, feed: f2, site: s1}}
  etcd: [a]
pair-in-two-racks:
  hosts: {a: {rack: r1, hypervisor: v1}, b: {rack: r2, hypervisor: v1}}
  etcd: [a, b]
pair-with-a-dual-feed:
  hosts: {a: {feed: [f1, f2]}, b: {feed: f1}}
  etcd: [a, b]
three-in-three-racks:
  hosts: {a: {rack: r1, site: s1}, b: {rack: r2, site: s1}, c: {rack: r3, site: s1}}
  etcd: [a, b, c]
three-in-two-racks:
  hosts: {a: {rack: r1}, b: {rack: r1}, c: {rack: r2}, w: {rack: r3}}
  etcd: [a, b, c]
three-on-single-feeds:
  hosts: {a: {feed: f1}, b: {feed: f1}, c: {feed: f2}}
  etcd: [a, b, c]
three-on-dual-feeds:
  hosts: {a: {feed: [f1, f2]}, b: {feed: [f1, f2]}, c: {feed: [f1, f2]}}
  etcd: [a, b, c]
three-on-mixed-feeds:
  hosts: {a: {feed: [f1, f2]}, b: {feed: f1}, c: {feed: [f2]}}
  etcd: [a, b, c]
three-guests-of-two-hypervisors:
  hosts: {a: {hypervisor: v1, rack: r1}, b: {hypervisor: v2, rack: r2}, c: {hypervisor: v1, rack: r1}, w: {hypervisor: v2}}
  etcd: [a, b, c]
three-zones-where-one-host-says-none:
  hosts: {a: {zone: z1}, b: {zone: z2}, c: {}, w1: {zone: z3}}
  etcd: [a, b, c]
three-external-members-beside-crowded-servers:
  hosts: {s: {rack: r1}, t: {rack: r1}, a: {rack: r1}, b: {rack: r2}, c: {rack: r3}}
  etcd: [a, b, c]
  servers: [s, t]
four-in-two-sites:
  hosts: {a: {site: s1, rack: r1}, b: {site: s1, rack: r2}, c: {site: s2, rack: r1}, d: {site: s2, rack: r3}}
  etcd: [a, b, c, d]
five-in-two-sites-and-a-witness:
  hosts:
    a: {site: s1, zone: z1, feed: [f1, f2]}
    b: {site: s1, zone: z1, feed: f1}
    c: {site: s2, zone: z2, feed: [f3, f1]}
    d: {site: s2, zone: z2, feed: f3}
    e: {site: s3, zone: z2, feed: f1}
  etcd: [a, b, c, d, e]
five-in-two-sites:
  hosts: {a: {site: s1, rack: r1}, b: {site: s1, rack: r1}, c: {site: s1, rack: r2}, d: {site: s2, rack: r1}, e: {site: s2, rack: r3}}
  etcd: [a, b, c, d, e]
"""
KINDS: tuple[DomainKind, ...] = ("host", "hypervisor", "rack", "feed", "zone", "site")

Host = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One loss in one topology."""

    topology: str
    hosts: dict[str, Host]
    members: tuple[str, ...]
    servers: tuple[str, ...]
    kind: DomainKind
    name: str

    def lost(self) -> list[str]:
        """The hosts that go down, read naively: a host with two feeds lives on the other one."""
        if self.kind == "host":
            return [self.name]
        if self.kind == "feed":
            return [host for host, on in self.hosts.items() if _feeds(on) == [self.name]]
        return [host for host, on in self.hosts.items() if on.get(self.kind) == self.name]

    def verdict(self) -> Verdict:
        """What kedge's proof says of this loss."""
        placement = _placement(self)
        (loss,) = (loss for loss in placement.losses(self.kind) if loss.name == self.name)
        return placement.verdict(loss)


def _feeds(host: Host) -> list[str]:
    feed = host.get("feed", [])
    return [feed] if isinstance(feed, str) else feed


def _cases() -> Iterator[Case]:
    """Every domain of a topology is lost once."""
    for topology, made in yaml.safe_load(TOPOLOGIES).items():
        hosts, members = made["hosts"], tuple(made["etcd"])
        names: dict[DomainKind, set[str]] = {
            k: {on[k] for on in hosts.values() if k in on} for k in KINDS if k != "feed"
        }
        names |= {"host": set(hosts), "feed": {feed for on in hosts.values() for feed in _feeds(on)}}
        for kind in KINDS:
            for name in sorted(names[kind]):
                yield Case(topology, hosts, members, tuple(made.get("servers", members)), kind, name)


def _placement(case: Case) -> Placement:
    """The proof's placement, from a spec that says the topology."""
    external = case.servers != case.members
    spec = {
        "tier": "lab",
        "distribution": {"name": "kubeadm", "version": "1.35.4"},
        "identity": {"endpoint": "https://10.0.0.1:6443"},
        "people": {"owner": "Nobody"},
        "hosts": {name: on | {"address": f"10.0.0.{n}"} for n, (name, on) in enumerate(case.hosts.items(), start=1)},
        "controlPlane": {"hosts": list(case.servers)},
        "etcd": {"placement": "external", "hosts": list(case.members)} if external else {"placement": "stacked"},
    }
    document = {"apiVersion": "kedge/v1alpha1", "kind": "ClusterDR", "metadata": {"name": "made"}, "spec": spec}
    _, proofs, _ = prove_text(yaml.safe_dump(document))
    assert proofs.placement is not None
    return proofs.placement


CASES = list(_cases())


class Clusters:
    """One etcd cluster at a time: losses are played on it one after the other, until another size is asked for."""

    def __init__(self) -> None:
        self._current: Etcd | None = None

    def of(self, size: int) -> Etcd:
        """A healthy cluster of so many members, m1 and on."""
        if self._current is None or len(self._current.names) != size:
            self.close()
            self._current = Etcd(Namespace(), members=size)
            for name in self._current.names:
                self._current.start(name, *FLAGS)
            self._current.wait()
        return self._current

    def close(self) -> None:
        """Ends it at once: its data is worth nothing."""
        if self._current is not None:
            for process in self._current.members.values():
                process.kill()
            self._current.namespace.close()


@pytest.fixture(scope="module")
def clusters() -> Iterator[Clusters]:
    made = Clusters()
    yield made
    made.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.topology}-{case.kind}-{case.name}")
def test_writes_go_on_exactly_where_the_proof_says(clusters: Clusters, case: Case, count: Count) -> None:
    lost = case.lost()
    verdict = case.verdict()
    assert verdict.members_lost == tuple(member for member in case.members if member in lost)
    serves = _takes_writes(clusters.of(len(case.members)), case.members, lost)
    assert serves == (verdict.members_left >= verdict.quorum)
    count("placement")


def _takes_writes(etcd: Etcd, members: tuple[str, ...], lost: list[str]) -> bool:
    """Stops the members of the lost hosts, writes through the others, and brings the stopped ones back."""
    process_of = dict(zip(members, etcd.names, strict=True))
    living = [process_of[member] for member in members if member not in lost]
    stopped = [etcd.members[process_of[member]] for member in members if member in lost]
    write = ("--command-timeout=1s", "put", "key", "value")
    try:
        for process in stopped:
            process.signal(signal.SIGSTOP)
        return bool(living) and any(etcd.etcdctl(*write, members=living).returncode == 0 for _ in range(ATTEMPTS))
    finally:
        for process in stopped:
            process.signal(signal.SIGCONT)
        etcd.wait()
