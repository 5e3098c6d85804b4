"""While one host is under maintenance, the control plane survives every loss that `stayUpDuringMaintenance` names.

Why it matters: with three members on three hosts each upgrade, firmware update or replaced disk uses up the one failure that etcd
survives. Whatever fails in that hour stops the cluster, and maintenance makes failures more likely: the hosts that remain carry more.

How to fix: five members on five hosts survive one host that is down for maintenance and another that fails, and as many domains
of the other kinds. Or remove the kind from `stayUpDuringMaintenance` and plan maintenance as a time without redundancy.

Bad, at spec.promise.stayUpDuringMaintenance[0]:

    promise: {stayUpDuringMaintenance: [host]}

Good:

    promise: {stayUpDuringMaintenance: [host]}
    hosts:
      cp4: {address: 10.20.0.14, site: madrid, rack: a4}
      cp5: {address: 10.20.0.15, site: madrid, rack: a5}
    controlPlane: {hosts: [cp1, cp2, cp3, cp4, cp5]}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.model.topology import DomainKind
from compiler.proofs.placement import Placement
from compiler.proofs.proofs import Proofs
from compiler.proofs.quorum import Interrupted, in_maintenance
from compiler.rules.stopping_loss import remains

SEVERITY = severity(lab="error", edge="error", production="error")

MEMBERS = 5
"""Members of which one may be under maintenance while another fails."""


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation for each kind of loss that stops the cluster during maintenance, or that is not proven not to."""
    for number, kind in enumerate(spec.promise.stay_up_during_maintenance):
        placement = proofs.placement
        found = in_maintenance(placement, kind) if placement is not None else None
        if placement is not None and found is not None:
            yield _stops(number, kind, placement, found)
        elif placement is None or placement.unknown(kind):
            yield _not_proven(number, kind, placement)


def _stops(number: int, kind: DomainKind, placement: Placement, found: Interrupted) -> Violation:
    return Violation(
        path=("spec", "promise", "stayUpDuringMaintenance", number),
        message=f"with {found.host} under maintenance, losing {kind} {found.verdict.loss.name} stops the cluster",
        impact=remains(placement, found.verdict),
        fix=f"{_more(kind, placement, found)}, or remove {kind} from `stayUpDuringMaintenance`",
    )


def _more(kind: DomainKind, placement: Placement, found: Interrupted) -> str:
    apart = f"each {'on' if kind == 'host' else 'in'} another {kind}"
    if found.verdict.members_left < found.verdict.quorum:
        return f"use {max(MEMBERS, len(placement.members))} members, {apart}"
    field = "endpoint.hosts" if found.verdict.api_servers_left else "hosts"
    return f"name three hosts in `controlPlane.{field}`, {apart}"


def _not_proven(number: int, kind: DomainKind, placement: Placement | None) -> Violation:
    unknown = placement.unknown(kind) if placement else ()
    return Violation(
        path=("spec", "promise", "stayUpDuringMaintenance", number),
        message=f"{', '.join(unknown)} does not state its {kind}" if unknown else "the provider runs the control plane",
        impact=f"whether the cluster survives the loss of one {kind} during maintenance is not proven",
        fix=f"state `{kind}` for {', '.join(unknown)}" if unknown else "remove `stayUpDuringMaintenance`",
        proven=False,
    )
