"""No single loss that the topology shows stops the control plane, whether `stayUp` promises it or not.

Why it matters: three members on one hypervisor, one API server behind three members, or an endpoint that is the address of one host
look like a cluster that survives a failure. The first failure of that one thing stops it all, on a day when nobody promised otherwise.

How to fix: spread the members over the hosts, hypervisors and racks that the spec already names, run an API server on more than one
host, and let the endpoint move between hosts. A host always counts, and in production a hypervisor; a hypervisor elsewhere, a
rack, a feed, a zone and a site count where there are three or more, so that a better placement exists. What `stayUp` names is checked by
`etcd-quorum-survives-promised-loss`, and members on both of two physical hosts by `etcd-is-not-split-over-two-hosts`.

Bad, at spec.controlPlane.hosts:

    hosts: {cp1: {hypervisor: hv1}, cp2: {hypervisor: hv1}, cp3: {hypervisor: hv2}, w1: {hypervisor: hv3}}

Good:

    hosts: {cp1: {hypervisor: hv1}, cp2: {hypervisor: hv2}, cp3: {hypervisor: hv3}, w1: {hypervisor: hv3}}
"""

from collections.abc import Iterable, Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.model.topology import DOMAIN_KINDS, DomainKind
from compiler.proofs import quorum
from compiler.proofs.placement import Loss, Placement, Verdict
from compiler.proofs.proofs import Proofs
from compiler.rules.stopping_loss import MIN_MEMBERS, Consequence, consequence

SEVERITY = severity(lab="note", edge="warning", production="error")

MIN_DOMAINS = 3
"""Domains of a kind with which a placement exists that survives the loss of any one."""


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield one violation with every loss that nobody promised and that stops a control plane of three members or more."""
    placement = proofs.placement
    if placement is None or len(placement.members) < MIN_MEMBERS:
        return
    found = [(verdict.loss, consequence(spec, placement, verdict)) for verdict in _stopping(spec, placement)]
    if found:
        yield Violation(
            path=placement.members_path,
            message=f"losing {_names(loss for loss, _ in found)} stops the control plane",
            impact="; ".join(_impacts(found)),
            fix="; ".join(dict.fromkeys(_fixes(found))),
        )


def _impacts(found: list[tuple[Loss, Consequence]]) -> Iterator[str]:
    for impact in dict.fromkeys(c.impact for _, c in found):
        yield f"without {_names(loss for loss, other in found if other.impact == impact)} {impact}"


def _fixes(found: list[tuple[Loss, Consequence]]) -> Iterator[str]:
    """What ends the loss of a rack ends that of a host in it too."""
    for loss, stops in found:
        wider = any(other.kind != "host" and c.impact == stops.impact for other, c in found)
        if loss.kind != "host" or not wider:
            yield stops.fix


def _names(losses: Iterable[Loss]) -> str:
    return " or ".join(f"{loss.kind} {loss.name}" for loss in losses)


def _stopping(spec: Spec, placement: Placement) -> Iterator[Verdict]:
    for kind in DOMAIN_KINDS:
        avoidable = kind == "host" or _domains(placement, kind) >= MIN_DOMAINS or _machine_of_production(spec, kind)
        verdict = placement.counterexample(kind)
        reported = kind == "hypervisor" and quorum.splits_two_machines(placement)
        if kind not in spec.promise.stay_up and avoidable and not reported and verdict is not None:
            yield verdict


def _domains(placement: Placement, kind: DomainKind) -> int:
    """Return between how many domains a member can be moved; a host without a hypervisor is a machine of its own."""
    machines = set(quorum.machines(placement.hosts).values())
    return len(machines if kind == "hypervisor" else placement.losses(kind))


def _machine_of_production(spec: Spec, kind: DomainKind) -> bool:
    return kind == "hypervisor" and spec.tier == "production"
