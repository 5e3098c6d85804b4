"""Failed domains in any number: the smallest sets that stop the control plane, how many may fail at once, and what maintenance leaves.

A set of domains takes every host that depends on nothing else. It stops the control plane when it takes more members than the quorum
can spare, or every API server, or every host that can hold the endpoint. All sets are tried, smallest first; where there are too many,
nothing is proven beyond the size that was tried.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations
from math import comb

from msgspec import Struct

from compiler.model.topology import DomainKind, Host
from compiler.proofs.placement import Loss, Placement, Verdict, domains_of

MAX_SETS = 5_000
"""Sets of domains that are tried for one kind: all of twelve domains; one or two failures of hundreds."""

Domains = frozenset[str]


class Tolerance(Struct, frozen=True, kw_only=True):
    """What the control plane survives of one kind of domain.

    `cuts`: the minimal sets of domains whose loss stops it, smallest first. `tried`: the largest number of failures at once of which
    every set was tried, None for all. `stated`: whether every host that matters says which domain it is in.
    """

    cuts: tuple[tuple[str, ...], ...]
    tried: int | None
    stated: bool

    @property
    def failures(self) -> int | None:
        """Domains of which any so many may fail at once; None for any number. What is not proven does not count."""
        if not self.stated:
            return 0
        smallest = len(self.cuts[0]) - 1 if self.cuts else None
        bounds = [bound for bound in (smallest, self.tried) if bound is not None]
        return min(bounds, default=None)

    def bears(self, number: int) -> bool:
        """Whether any so many may fail at once."""
        return self.failures is None or self.failures >= number

    @property
    def proven(self) -> bool:
        """Whether `failures` is all that is survived, and not only all that was tried."""
        return self.stated and (self.tried is None or (bool(self.cuts) and len(self.cuts[0]) <= self.tried))


class Interrupted(Struct, frozen=True):
    """One host that is under maintenance, the hosts that a further loss takes, and what both leave."""

    host: str
    beside: Domains
    verdict: Verdict


def tolerance(placement: Placement, kind: DomainKind) -> Tolerance:
    """Return the tolerance of one kind."""
    on = {name: frozenset(domains_of(name, placement.hosts[name], kind)) for name in placement.critical()}
    return _tolerance(placement, on)


def machine_tolerance(placement: Placement) -> Tolerance:
    """Return the tolerance of physical hosts: a virtual machine goes with its hypervisor, every other host by itself."""
    on = machines(placement.hosts)
    return _tolerance(placement, {name: frozenset({on[name]}) for name in placement.critical()})


def _tolerance(placement: Placement, on: Mapping[str, Domains]) -> Tolerance:
    members = Counter(on[name] for name in placement.members if on[name])
    cuts, tried = _member_cuts(members, len(placement.members) - placement.quorum)
    for role in (placement.api_servers, placement.endpoints):
        if all(on[name] for name in role):
            cuts.append(frozenset[str]().union(*(on[name] for name in role)))
    minimal = {cut for cut in cuts if not any(other < cut for other in cuts)}
    ordered = sorted((tuple(sorted(cut)) for cut in minimal), key=lambda cut: (len(cut), cut))
    return Tolerance(cuts=tuple(ordered), tried=tried, stated=all(on.values()))


def _member_cuts(members: Mapping[Domains, int], spare: int) -> tuple[list[Domains], int | None]:
    """Return the minimal sets that take more members than `spare`, and the size up to which they were tried, None for all."""
    names = sorted(frozenset[str]().union(*members))
    cuts: list[Domains] = []
    total = 0
    for size in range(1, len(names) + 1):
        total += comb(len(names), size)
        if total > MAX_SETS:
            return cuts, size - 1
        untouched = [s for s in map(frozenset, combinations(names, size)) if not any(cut <= s for cut in cuts)]
        if not untouched:
            break
        cuts += [s for s in untouched if sum(count for on, count in members.items() if on <= s) > spare]
    return cuts, None


def in_maintenance(placement: Placement, kind: DomainKind) -> Interrupted | None:
    """Return a host whose maintenance, together with one loss of the kind, stops the control plane: a loss elsewhere first; or None."""
    return min(_interrupted(placement, kind), key=lambda found: found.host in found.beside, default=None)


def _interrupted(placement: Placement, kind: DomainKind) -> Iterator[Interrupted]:
    for host in placement.critical():
        for loss in placement.losses(kind):
            verdict = placement.verdict(Loss(kind, loss.name, loss.hosts | {host}))
            if not verdict.survives:
                yield Interrupted(host, loss.hosts, verdict)


def machines(hosts: Mapping[str, Host]) -> dict[str, str]:
    """Return the physical machine of each host: its hypervisor, or itself."""
    return {name: host.hypervisor or name for name, host in hosts.items()}


def members_by_machine(placement: Placement) -> Counter[str]:
    """Return how many members each physical machine carries."""
    on = machines(placement.hosts)
    return Counter(on[name] for name in placement.members)


def machine_failures(counts: Mapping[str, int]) -> int:
    """Return of how many machines any may fail at once and etcd keeps its quorum, for members by machine."""
    spare = (sum(counts.values()) - 1) // 2
    failures = 0
    for count in sorted(counts.values(), reverse=True):
        spare -= count
        if spare < 0:
            break
        failures += 1
    return failures


def best_failures(members: int, over: int) -> int:
    """Return what `machine_failures` is at best, for so many members over so many machines."""
    whole, rest = divmod(members, over)
    return machine_failures({str(n): whole + (n < rest) for n in range(min(over, members))})


def splits_two_machines(placement: Placement) -> bool:
    """Whether etcd is spread over the only two machines that there are, so that one of them stops it and the other adds nothing."""
    carrying = members_by_machine(placement)
    return len(carrying) == 2 == len(set(machines(placement.hosts).values())) and len(placement.members) > 2
