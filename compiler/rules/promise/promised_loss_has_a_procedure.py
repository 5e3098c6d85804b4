"""For every promised loss kedge has a procedure that ran in a test.

Why it matters: a copy that survives is half of a recovery; somebody has to bring it back. Where kedge has no procedure for a loss yet,
or none that a test ran on this distribution, the pages say so in place of "comes back": whoever is on call works without one.

How to fix: nobody has to waive this: it is kedge that lacks the procedure. Until it has one, write your own for these losses and
rehearse it. Only a smaller promise in `recover` ends the finding.

Bad, at spec.promise.recover:

    promise: {recover: [host, site, operator-error, credential-theft]}

Good:

    tier: lab
    promise: {recover: []}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.outcomes import KEDGE_LACKS, Outcome
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="note", edge="note", production="note")

PARTS = {"control-plane": "the control plane", "applications": "the applications"}


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield one violation that lists every promised loss with a copy and without a procedure, for each part of the cluster."""
    lacking = [o for o in proofs.outcomes if o.result in KEDGE_LACKS and o.loss in spec.promise.recover]
    if lacking:
        yield Violation(
            path=("spec", "promise", "recover"),
            message=f"kedge has no procedure that ran in a test for {'; '.join(_listed(lacking))}",
            impact="a copy survives these losses, but whoever is on call has no tested page to recover by",
            fix="nothing has to be waived: rehearse a procedure of your own until kedge has one, or promise less in `recover`",
        )


def _listed(lacking: list[Outcome]) -> Iterator[str]:
    for part, name in PARTS.items():
        losses = [outcome.loss for outcome in lacking if outcome.part == part]
        if losses:
            yield f"{name} after {', '.join(losses)}"
