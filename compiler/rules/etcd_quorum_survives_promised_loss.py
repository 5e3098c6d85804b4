"""etcd keeps its quorum, and the API an address, through every loss that `stayUp` names.

Why it matters: etcd serves only while a majority of its members lives. A majority that stands in one rack, on one feed or on one
hypervisor goes down with it, and with it the API: nothing is scheduled, healed or failed over until it is back. The number of
members does not help, only where they stand: three members in two racks can never live through the loss of either rack.

How to fix: spread the members so that no single domain of the promised kind holds a majority, and let the endpoint be held by
hosts in more than one domain. Or promise less, and say in `recover` what you will come back from instead.

Bad:

    promise: {stayUp: [rack]}
    hosts:
      cp1: {address: 10.20.0.11, rack: a1}
      cp2: {address: 10.20.0.12, rack: a1}
      cp3: {address: 10.20.0.13, rack: a2}

Good:

    promise: {stayUp: [rack]}
    hosts:
      cp1: {address: 10.20.0.11, rack: a1}
      cp2: {address: 10.20.0.12, rack: a2}
      cp3: {address: 10.20.0.13, rack: a3}
"""

from collections.abc import Iterator

from compiler.findings.finding import Claim
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.model.topology import DomainKind
from compiler.proofs.placement import Placement, Verdict
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="error", edge="error", production="error")

LEAST = 3
"""Members, and domains for them, below which no placement lives through any loss."""


def check(spec: Spec, proofs: Proofs) -> Iterator[Claim]:
    """Yield a claim for each promised kind of loss that stops the cluster, or whose domains are not all stated."""
    placement = proofs.placement
    if placement is None:
        yield from _of_the_provider(spec)
        return
    for number, kind in enumerate(spec.promise.stay_up):
        unknown = placement.unknown(kind)
        verdict = placement.counterexample(kind)
        if verdict is not None:
            yield _broken(number, kind, placement, verdict)
        elif unknown:
            yield Claim(
                ("spec", "hosts", unknown[0]),
                f"{unknown[0]} does not say its {kind}, and {kind} is in `stayUp`",
                f"whether the cluster lives through the loss of one {kind} is not proven",
                f"state `{kind}` for {', '.join(unknown)}",
                on_key=True,
                proven=False,
            )


def _of_the_provider(spec: Spec) -> Iterator[Claim]:
    if spec.promise.stay_up:
        yield Claim(
            ("spec", "promise", "stayUp"),
            "the provider keeps the control plane, and where its members stand is not known here",
            "whether it keeps serving through these losses is not proven",
            "take `stayUp` out, or rely on the provider's own promise and waive this",
            proven=False,
        )


def _broken(number: int, kind: DomainKind, placement: Placement, verdict: Verdict) -> Claim:
    name = f"{kind} {verdict.loss.name}"
    impact, mend, lost = _consequence(kind, placement, verdict)
    return Claim(
        ("spec", "promise", "stayUp", number),
        f"losing {name} stops the cluster, and `stayUp` promises that it does not",
        impact,
        mend,
        label="" if kind == "host" else f"{name} takes {', '.join(h for h in lost if h in verdict.loss.hosts)}",
    )


def _consequence(kind: DomainKind, placement: Placement, verdict: Verdict) -> tuple[str, str, tuple[str, ...]]:
    """Return what the loss stops, the cheapest mend, and the hosts that the loss was about."""
    if verdict.members_left < verdict.quorum:
        total = len(placement.members)
        impact = (
            f"etcd has {verdict.members_left} of {total} members left and needs {verdict.quorum}: no writes, no"
            " scheduling, no healing"
        )
        return impact, _mend(kind, placement), placement.members
    if verdict.api_servers_left == 0:
        impact = "no API server is left, although etcd lives"
        return impact, f"run an API server in another {kind} too", placement.api_servers
    impact = "no host is left that can hold the API's endpoint, although etcd lives"
    return impact, f"name a host in another {kind} in `controlPlane.endpoint.hosts` too", placement.endpoints


def _mend(kind: DomainKind, placement: Placement) -> str:
    total = len(placement.members)
    domains = len(placement.losses(kind))
    move = placement.cheapest_move(kind)
    if move is not None:
        return f"move the control plane of {move[0]} to {move[1]}"
    if total < LEAST:
        return f"use {LEAST} members, each on a {kind} of its own"
    if kind == "feed":
        return "give members a second feed, so that no single one carries the majority"
    if domains < LEAST:
        return f"spread the members over {LEAST} {kind}s: over {domains}, one {kind} always holds too many"
    return f"spread the members so that no {kind} holds more than {(total - 1) // 2} of {total}"
