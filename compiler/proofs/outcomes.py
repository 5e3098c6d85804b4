"""What happens after each promised loss, for the control plane and for the applications apart: what keeps serving, what comes back by
which procedure, and what does not.

Two sides can fail. No copy survives: the author of the spec can change that. A copy survives and there is no procedure for the loss, or
none that ran in a test: that is for kedge to change.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from compiler.distributions.capabilities import StaticPods
from compiler.facts.procedures import ANSWERS, Situation
from compiler.facts.test_record import ANY_DISTRIBUTION, executed
from compiler.model.cluster import Spec
from compiler.model.layout import layout
from compiler.model.promise import Loss
from compiler.model.topology import DOMAIN_KINDS
from compiler.proofs import minimum
from compiler.proofs.copies import Shortfall
from compiler.proofs.coverage import Gap
from compiler.proofs.placement import Placement

Part = Literal["control-plane", "applications"]
"""What recovers by itself: the control plane with etcd, or the applications with their data."""

Result = Literal[
    "keeps-serving", "comes-back", "procedure-not-run", "no-procedure", "not-proven", "no-copy", "of-the-provider"
]
"""From the best to the worst; `of-the-provider`: nothing of it is known here."""

KEDGE_LACKS: frozenset[Result] = frozenset({"procedure-not-run", "no-procedure"})
"""A copy survives, and the procedure is kedge's to provide."""


class Outcome(Struct, frozen=True):
    """What a loss means for one part. `procedure`: name of the page that brings it back, where there is one."""

    part: Part
    loss: Loss
    result: Result
    procedure: str | None = None


def outcomes(
    spec: Spec, placement: Placement | None, shortfalls: tuple[Shortfall, ...], uncovered: tuple[Gap, ...]
) -> tuple[Outcome, ...]:
    """Return the outcome of every loss that the promise or the tier names, for each part that there is something to say about."""
    losses = minimum.losses(spec)
    found = [_control_plane(spec, placement, shortfalls, loss) for loss in losses]
    if spec.promise.applications is not None or spec.backups.applications:
        found += [_applications(spec, shortfalls, uncovered, loss) for loss in losses]
    return tuple(found)


def _control_plane(spec: Spec, placement: Placement | None, shortfalls: tuple[Shortfall, ...], loss: Loss) -> Outcome:
    if placement is None:
        return Outcome("control-plane", loss, "of-the-provider")
    situation: Situation | None = None
    if loss in DOMAIN_KINDS:
        fatal = [verdict for verdict in map(placement.verdict, placement.losses(loss)) if not verdict.survives]
        if placement.unknown(loss):
            return Outcome("control-plane", loss, "not-proven")
        if not fatal:
            return Outcome("control-plane", loss, "keeps-serving")
        situation = "quorum-lost" if all(verdict.api_servers_left for verdict in fatal) else None
    etcd = layout(spec).etcd
    answered = situation if etcd is not None and isinstance(etcd.runs_as, StaticPods) else None
    return _result(spec, "control-plane", loss, spec.backups.etcd is not None, _of("etcd", shortfalls, loss), answered)


def _applications(spec: Spec, shortfalls: tuple[Shortfall, ...], uncovered: tuple[Gap, ...], loss: Loss) -> Outcome:
    copied = bool(spec.backups.applications) and not uncovered
    answered: Situation | None = "namespace-deleted" if loss == "operator-error" else None
    return _result(spec, "applications", loss, copied, _of("application", shortfalls, loss), answered)


def _of(kind: str, shortfalls: Iterable[Shortfall], loss: Loss) -> Iterator[Shortfall]:
    return (s for s in shortfalls if loss in s.losses and any(backup.kind == kind for backup in s.backups))


def _result(
    spec: Spec, part: Part, loss: Loss, copied: bool, shortfalls: Iterator[Shortfall], situation: Situation | None
) -> Outcome:
    short = list(shortfalls)
    if not copied or any(s.cause.proven for s in short):
        return Outcome(part, loss, "no-copy")
    if short:
        return Outcome(part, loss, "not-proven")
    if situation is None:
        return Outcome(part, loss, "no-procedure")
    answer = ANSWERS[situation]
    ran = executed(answer.decisive_step, spec.distribution.name if answer.on_host else ANY_DISTRIBUTION)
    return Outcome(part, loss, "comes-back" if ran else "procedure-not-run", answer.procedure)
