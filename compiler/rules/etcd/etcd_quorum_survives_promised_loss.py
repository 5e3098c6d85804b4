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
from compiler.proofs.placement import Placement, Verdict
from compiler.proofs.proofs import Proofs
from compiler.rules.stopping_loss import consequence

SEVERITY = severity(lab="error", edge="error", production="error")


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
            yield _stops(spec, number, placement, verdict)
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


def _stops(spec: Spec, number: int, placement: Placement, verdict: Verdict) -> Violation:
    kind = verdict.loss.kind
    name = f"{kind} {verdict.loss.name}"
    found = consequence(spec, placement, verdict)
    return Violation(
        path=("spec", "promise", "stayUp", number),
        message=f"losing {name} stops the cluster, and `stayUp` promises that it does not",
        impact=found.impact,
        fix=found.fix,
        label="" if kind == "host" else f"{name} takes {', '.join(h for h in found.hosts if h in verdict.loss.hosts)}",
    )
