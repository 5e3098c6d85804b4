"""What a loss that stops the control plane leaves, in words, and the cheapest fix."""

from msgspec import Struct

from compiler.model.cluster import Spec
from compiler.model.topology import DomainKind
from compiler.proofs.placement import Placement, Verdict
from compiler.proofs.repair import Repair, Way, search

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


def consequence(spec: Spec, placement: Placement, verdict: Verdict) -> Consequence:
    """Return the consequence of a loss that stops the control plane."""
    kind = verdict.loss.kind
    found = search(spec, placement, kind)
    return Consequence(
        remains(placement, verdict),
        _said(found.repair, kind, placement) if found.repair else _otherwise(kind, placement, verdict, found.complete),
        _stopped(placement, verdict),
    )


def _stopped(placement: Placement, verdict: Verdict) -> tuple[str, ...]:
    if verdict.members_left < verdict.quorum:
        return placement.members
    return placement.api_servers if verdict.api_servers_left == 0 else placement.endpoints


def _said(repair: Repair, kind: DomainKind, placement: Placement) -> str:
    """Return a repair in words; it was proven on the changed spec."""
    host, members = repair.hosts[0], placement.members_path[-2:]
    what = "the etcd member" if members[0] == "etcd" else "the control plane"
    own = f"give {host} a feed of its own" if kind == "feed" else f"move {host} to a {kind} of its own"
    texts: dict[Way, str] = {
        "endpoint-host": f"add {host} to `controlPlane.endpoint.hosts`",
        "api-server": f"run an API server on {host} too: add it to `controlPlane.hosts`",
        "feed": f"give {host} feed {repair.to} too",
        "migrate": f"move {host} to hypervisor {repair.to}",
        "replace": f"move {what} of {host} to {repair.to}",
        "add-members": f"add {' and '.join(repair.hosts)} to `{'.'.join(map(str, members))}`",
        "own-domain": own,
    }
    return f"{texts[repair.way]}; no {kind} stops it then"


def _otherwise(kind: DomainKind, placement: Placement, verdict: Verdict, complete: bool) -> str:
    """Return what has to be done where no single change of the spec is enough, or none was found."""
    if verdict.members_left < verdict.quorum:
        return f"{'no single change is enough: ' if complete else ''}{_spread_members(kind, placement)}"
    if verdict.api_servers_left == 0:
        return f"add {'another host' if kind == 'host' else f'a host in another {kind}'} to `controlPlane.hosts`"
    return _spread_endpoint(kind, placement)


def _spread_members(kind: DomainKind, placement: Placement) -> str:
    total, domains = len(placement.members), len(placement.losses(kind))
    if total < MIN_MEMBERS:
        return f"use {MIN_MEMBERS} members, each on another {kind}"
    if kind == "feed":
        return "give members a second feed, so that no single one carries the majority"
    if domains < MIN_MEMBERS:
        return f"spread the members over {MIN_MEMBERS} {kind}s: over {domains}, one {kind} always has too many"
    return f"spread the members so that no {kind} has more than {(total - 1) // 2} of {total}"


def _spread_endpoint(kind: DomainKind, placement: Placement) -> str:
    apart = "" if kind == "host" else f" in more than one {kind}"
    if len(placement.endpoints) == 1:
        return (
            "use an address in `identity.endpoint` that can move between hosts, and name several hosts"
            f"{apart} in `controlPlane.endpoint.hosts`"
        )
    return f"add a host in another {kind} to `controlPlane.endpoint.hosts`"
