"""etcd keeps its quorum, and the API stays reachable, through every loss that `stayUp` names.

Why it matters: etcd serves only while a majority of its members is alive. A majority in one rack, on one feed or on one hypervisor
goes down with it, and with it the API: nothing is scheduled, healed or failed over until it is back. More members do not help, a
better placement does: with three members in two racks, the loss of one of the racks always stops the cluster.

How to fix: spread the members so that no single domain of the promised kind has a majority, and let hosts in more than one domain
hold the endpoint. Or promise less in `stayUp`, and name in `recover` what the cluster comes back from instead.

Bad, at spec.promise.stayUp[0]:

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

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.model.topology import DomainKind
from compiler.proofs.placement import Placement, Verdict
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="error", edge="error", production="error")

MIN_MEMBERS = 3
"""Members, and domains for them, below which no placement survives any loss."""


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation for each promised kind of loss that stops the cluster, or whose domains are not all stated."""
    placement = proofs.placement
    if placement is None:
        yield from _of_the_provider(spec)
        return
    for number, kind in enumerate(spec.promise.stay_up):
        unknown = placement.unknown(kind)
        verdict = placement.counterexample(kind)
        if verdict is not None:
            yield _stops(number, kind, placement, verdict)
        elif unknown:
            yield Violation(
                path=("spec", "hosts", unknown[0]),
                message=f"{unknown[0]} does not state its {kind}, and {kind} is in `stayUp`",
                impact=f"whether the cluster survives the loss of one {kind} is not proven",
                fix=f"state `{kind}` for {', '.join(unknown)}",
                on_key=True,
                proven=False,
            )


def _of_the_provider(spec: Spec) -> Iterator[Violation]:
    if spec.promise.stay_up:
        yield Violation(
            path=("spec", "promise", "stayUp"),
            message="the provider runs the control plane, and the placement of its members is not known here",
            impact="whether it keeps serving through these losses is not proven",
            fix="remove `stayUp`, or rely on the provider's own promise and waive this finding",
            proven=False,
        )


def _stops(number: int, kind: DomainKind, placement: Placement, verdict: Verdict) -> Violation:
    name = f"{kind} {verdict.loss.name}"
    impact, fix, lost = _consequence(kind, placement, verdict)
    return Violation(
        path=("spec", "promise", "stayUp", number),
        message=f"losing {name} stops the cluster, and `stayUp` promises that it does not",
        impact=impact,
        fix=fix,
        label="" if kind == "host" else f"{name} takes {', '.join(h for h in lost if h in verdict.loss.hosts)}",
    )


def _consequence(kind: DomainKind, placement: Placement, verdict: Verdict) -> tuple[str, str, tuple[str, ...]]:
    """Return what the loss stops, the cheapest fix, and the hosts whose loss stops it."""
    if verdict.members_left < verdict.quorum:
        total = len(placement.members)
        impact = (
            f"etcd has {verdict.members_left} of {total} members left and needs {verdict.quorum}: no writes, no"
            " scheduling, no healing"
        )
        return impact, _fix(kind, placement), placement.members
    if verdict.api_servers_left == 0:
        impact = "no API server is left, although etcd keeps its quorum"
        return impact, f"run an API server in another {kind} too", placement.api_servers
    impact = "no host is left that can hold the API's endpoint, although etcd keeps its quorum"
    return impact, _spread_endpoint(kind, placement), placement.endpoints


def _fix(kind: DomainKind, placement: Placement) -> str:
    total = len(placement.members)
    domains = len(placement.losses(kind))
    move = placement.cheapest_move(kind)
    if move is not None:
        return f"move the control plane of {move[0]} to {move[1]}"
    if total < MIN_MEMBERS:
        return f"use {MIN_MEMBERS} members, each on another {kind}"
    if kind == "feed":
        return "give members a second feed, so that no single one carries the majority"
    if domains < MIN_MEMBERS:
        return f"spread the members over {MIN_MEMBERS} {kind}s: over {domains}, one {kind} always has too many"
    return f"spread the members so that no {kind} has more than {(total - 1) // 2} of {total}"


def _spread_endpoint(kind: DomainKind, placement: Placement) -> str:
    if len(placement.endpoints) == 1:
        return (
            "use an address in `identity.endpoint` that can move between hosts, and name hosts in more than one"
            f" {kind} in `controlPlane.endpoint.hosts`"
        )
    return f"add a host in another {kind} to `controlPlane.endpoint.hosts`"
