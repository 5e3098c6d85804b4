"""What a cluster claims, by its promise and its tier, and what of it is shown, waived or not shown."""

from collections.abc import Iterable, Iterator
from typing import Literal, get_args

from msgspec import Struct

from compiler.findings.finding import Finding
from compiler.model.cluster import Spec
from compiler.model.promise import Loss
from compiler.proofs import quorum
from compiler.proofs.outcomes import Outcome, Part
from compiler.proofs.proofs import Proofs

Status = Literal["shown", "waived", "not-shown"]
STATUSES: tuple[Status, ...] = get_args(Status)

UNPROMISED = frozenset({"promise-covers-the-tier"})
STAYS_UP = frozenset(
    {
        "etcd-quorum-survives-promised-loss",
        "control-plane-has-no-single-point-of-failure",
        "etcd-is-not-split-over-two-hosts",
    }
)
MAINTENANCE = frozenset({"stay-up-holds-during-maintenance"})
COPIES = frozenset(
    {"promised-loss-has-a-copy", "hosts-state-their-site", "etcd-is-backed-up", "stateful-data-is-covered"}
)
"""Rules whose findings say that a claim is not shown: when all of them are waived, so is the claim."""


class Claim(Struct, frozen=True):
    """One loss that a part of the cluster keeps serving through (with all hosts, or with one under maintenance) or comes back from."""

    kind: Literal["stays-up", "stays-up-during-maintenance", "comes-back"]
    part: Part
    loss: Loss
    status: Status


def claims(spec: Spec, proofs: Proofs, findings: Iterable[Finding]) -> tuple[Claim, ...]:
    """Return every claim in the order of the promise; `findings` are those after the waivers."""
    judged = tuple(findings)
    comes_back = (_comes_back(outcome, spec, judged) for outcome in proofs.outcomes)
    return (*_stays_up(spec, proofs, judged), *_during_maintenance(spec, proofs, judged), *comes_back)


def _stays_up(spec: Spec, proofs: Proofs, findings: tuple[Finding, ...]) -> Iterator[Claim]:
    placement = proofs.placement
    for kind in (*spec.promise.stay_up, *proofs.unpromised.stay_up):
        shown = placement is not None and placement.survives(kind)
        rules = STAYS_UP if kind in spec.promise.stay_up else STAYS_UP | UNPROMISED
        yield Claim("stays-up", "control-plane", kind, "shown" if shown else _waived(rules, findings))


def _during_maintenance(spec: Spec, proofs: Proofs, findings: tuple[Finding, ...]) -> Iterator[Claim]:
    placement = proofs.placement
    for kind in spec.promise.stay_up_during_maintenance:
        known = placement is not None and not placement.unknown(kind)
        shown = known and placement is not None and quorum.in_maintenance(placement, kind) is None
        status = "shown" if shown else _waived(MAINTENANCE, findings)
        yield Claim("stays-up-during-maintenance", "control-plane", kind, status)


def _comes_back(outcome: Outcome, spec: Spec, findings: tuple[Finding, ...]) -> Claim:
    shown = outcome.result in ("keeps-serving", "comes-back")
    rules = COPIES if outcome.loss in spec.promise.recover else COPIES | UNPROMISED
    return Claim("comes-back", outcome.part, outcome.loss, "shown" if shown else _waived(rules, findings))


def _waived(rules: frozenset[str], findings: tuple[Finding, ...]) -> Status:
    """A claim is waived where something was found against it and a person accepts all of that."""
    against = [finding for finding in findings if finding.rule in rules]
    return "waived" if against and all(finding.waived_by for finding in against) else "not-shown"
