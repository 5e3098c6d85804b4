"""What a loss that stops the control plane leaves, in words, and the cheapest fix."""

from msgspec import Struct

from compiler.model.topology import DomainKind
from compiler.proofs.placement import Placement, Verdict

MIN_MEMBERS = 3
"""Members, and domains for them, below which no placement survives any loss."""


class Consequence(Struct, frozen=True):
    """What the loss stops, the cheapest fix, and the hosts whose loss stops it."""

    impact: str
    fix: str
    hosts: tuple[str, ...]


def remains(placement: Placement, verdict: Verdict) -> str:
    """Return in words what is left after a loss that stops the control plane."""
    if verdict.members_left < verdict.quorum:
        total = len(placement.members)
        return (
            f"etcd has {verdict.members_left} of {total} members left and needs {verdict.quorum}: no writes, no"
            " scheduling, no healing"
        )
    if verdict.api_servers_left == 0:
        return "no API server is left, although etcd keeps its quorum"
    return "no host is left that can hold the API's endpoint, although etcd keeps its quorum"


def consequence(kind: DomainKind, placement: Placement, verdict: Verdict) -> Consequence:
    """Return the consequence of a loss that stops the control plane."""
    impact = remains(placement, verdict)
    if verdict.members_left < verdict.quorum:
        return Consequence(impact, _spread_members(kind, placement), placement.members)
    if verdict.api_servers_left == 0:
        return Consequence(impact, _add_api_server(kind), placement.api_servers)
    return Consequence(impact, _spread_endpoint(kind, placement), placement.endpoints)


def _spread_members(kind: DomainKind, placement: Placement) -> str:
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


def _add_api_server(kind: DomainKind) -> str:
    return f"add {'another host' if kind == 'host' else f'a host in another {kind}'} to `controlPlane.hosts`"


def _spread_endpoint(kind: DomainKind, placement: Placement) -> str:
    apart = "" if kind == "host" else f" in more than one {kind}"
    if len(placement.endpoints) == 1:
        return (
            "use an address in `identity.endpoint` that can move between hosts, and name several hosts"
            f"{apart} in `controlPlane.endpoint.hosts`"
        )
    return f"add a host in another {kind} to `controlPlane.endpoint.hosts`"
