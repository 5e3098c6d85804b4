"""Real etcd members are killed with the hosts that failures take down; what still takes a write is what the proofs say.

Which hosts are gone is worked out here a second time, from the text of the topology and by plain reading. Whether etcd serves is asked:
a write through the members that run. Nothing here counts a majority. `KEDGE_QUORUM=all` runs every pair, else some of each size.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pytest
import yaml

from compiler.model.topology import DomainKind
from compiler.proofs.placement import Placement
from compiler.proofs.quorum import tolerance
from compiler.proofs.schedules import streams
from compiler.proofs.simulation import Failure, Simulation, simulate
from tests.real.conftest import Count
from tests.real.examples import prove_text
from tests.real.harness.etcd import Etcd
from tests.real.harness.netns import Namespace

FLAGS = ("--heartbeat-interval=20", "--election-timeout=200")  # milliseconds; elections are over in half a second
ATTEMPTS = 3  # of 400 ms each: an election is over in one of them
PAIRS = 500  # of topology and failures, in all
EACH_RUN = 40

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
DOMAINS = {"hypervisor": 4, "rack": 4, "feed": 3, "zone": 3, "site": 3}  # names of each kind in made topologies
SEED = 20261121

Host = dict[str, Any]


@dataclass(frozen=True)
class Topology:
    """Hosts with what they hang on, the hosts of the members, and those of the API servers."""

    name: str
    hosts: dict[str, Host]
    members: tuple[str, ...]
    servers: tuple[str, ...]

    def domains(self) -> list[Failure]:
        """Everything that can fail."""
        found = {Failure(kind, d) for host in self.hosts.values() for kind in KINDS[1:] for d in _on(host, kind)}
        return sorted({*found, *(Failure("host", host) for host in self.hosts)}, key=lambda f: (f.kind, f.name))


@dataclass(frozen=True)
class Case:
    """Failures at once in one topology."""

    topology: Topology
    failures: tuple[Failure, ...]

    def lost(self) -> list[str]:
        """The hosts that go down, read naively: a host with two feeds lives on the other one."""
        gone = [name for name in self.topology.hosts if Failure("host", name) in self.failures]
        for name, host in self.topology.hosts.items():
            for kind in KINDS[1:]:
                on = _on(host, kind)
                if on and all(Failure(kind, domain) in self.failures for domain in on):
                    gone.append(name)
        return sorted(set(gone))

    def __str__(self) -> str:
        return f"{self.topology.name}-{'-'.join(f'{f.kind}-{f.name}' for f in self.failures)}"


def _on(host: Host, kind: str) -> list[str]:
    stated = host.get(kind, [])
    return [stated] if isinstance(stated, str) else stated


def _written() -> Iterator[Topology]:
    """The topologies above."""
    for name, made in yaml.safe_load(TOPOLOGIES).items():
        members = tuple(made["etcd"])
        yield Topology(name, made["hosts"], members, tuple(made.get("servers", members)))


def _made(rng: random.Random, number: int, members: int) -> Topology:
    """A topology by chance: every host states every kind, some have two feeds."""
    hosts: dict[str, Host] = {}
    for host in range(members + rng.randint(0, 2)):
        stated: Host = {kind: f"{kind[0]}{rng.randint(1, most)}" for kind, most in DOMAINS.items()}
        stated["feed"] = [f"f{n}" for n in sorted(rng.sample(range(1, 4), rng.choice((1, 1, 2))))]
        hosts[f"h{host}"] = stated
    placed = tuple(sorted(rng.sample(sorted(hosts), members)))
    return Topology(f"made-{number}-of-{members}", hosts, placed, placed)


def _cases() -> list[Case]:
    """Every single failure of the written topologies, then made ones with up to three failures, of each size as many."""
    cases = [Case(topology, (failure,)) for topology in _written() for failure in topology.domains()]
    rng = random.Random(SEED)
    number = 0
    while len(cases) < PAIRS:
        number += 1
        topology = _made(rng, number, members=number % 7 + 1)
        sets = [s for size in (1, 2, 3) for s in combinations(topology.domains(), size)]
        cases += [Case(topology, chosen) for chosen in rng.sample(sets, 6)]
    return sorted(cases, key=lambda case: len(case.topology.members))


ALL = _cases()
CASES = ALL if os.environ.get("KEDGE_QUORUM") == "all" else ALL[:: len(ALL) // EACH_RUN][:EACH_RUN]


def _proven(case: Case) -> tuple[Placement, Simulation]:
    """What kedge proves, from a spec that says the topology."""
    topology = case.topology
    external = topology.servers != topology.members
    spec = {
        "tier": "lab",
        "distribution": {"name": "kubeadm", "version": "1.35.4"},
        "identity": {"endpoint": "https://api.made.example.net:6443"},
        "people": {"owner": "Nobody"},
        "hosts": {
            name: on | {"address": f"10.0.0.{n}"} for n, (name, on) in enumerate(topology.hosts.items(), start=1)
        },
        "controlPlane": {"hosts": list(topology.servers)},
        "etcd": {"placement": "external", "hosts": list(topology.members)} if external else {"placement": "stacked"},
    }
    document = {"apiVersion": "kedge/v1alpha1", "kind": "ClusterDR", "metadata": {"name": "made"}, "spec": spec}
    sound, proofs, _ = prove_text(yaml.safe_dump(document))
    assert proofs.placement is not None
    return proofs.placement, simulate(sound.spec, proofs.placement, streams(sound.spec), case.failures)


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


@pytest.mark.parametrize("case", CASES, ids=str)
def test_writes_go_on_exactly_where_the_proof_says(clusters: Clusters, case: Case, count: Count) -> None:
    lost = case.lost()
    placement, simulation = _proven(case)
    assert set(simulation.down) == set(lost)
    serves = _takes_writes(clusters.of(len(case.topology.members)), case.topology.members, lost)
    if placement.members == placement.api_servers and simulation.situation != "not-proven":
        assert serves != simulation.stopped
    left, _ = simulation.members_left or (0, 0)
    assert serves == (left >= placement.quorum) or simulation.doubtful
    kinds = {failure.kind for failure in case.failures}
    if placement.members == placement.api_servers and len(kinds) == 1 and not simulation.doubtful:
        names = {failure.name for failure in case.failures}
        cuts = tolerance(placement, kinds.pop()).cuts  # type: ignore[arg-type]
        assert serves != any(names.issuperset(cut) for cut in cuts)
    count("placement")


def _takes_writes(etcd: Etcd, members: tuple[str, ...], lost: list[str]) -> bool:
    """Kills the members of the lost hosts, writes through the others, and starts the killed ones again."""
    process_of = dict(zip(members, etcd.names, strict=True))
    living = [process_of[member] for member in members if member not in lost]
    killed = [process_of[member] for member in members if member in lost]
    write = ("--command-timeout=400ms", "put", "key", "value")
    try:
        for name in killed:
            etcd.members[name].kill()
        return bool(living) and any(etcd.etcdctl(*write, members=living).returncode == 0 for _ in range(ATTEMPTS))
    finally:
        for name in killed:
            etcd.start(name, *FLAGS)
        etcd.wait()
