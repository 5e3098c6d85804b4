"""The promise names at least the losses that the tier requires.

Why it matters: who depends on a production cluster takes for granted that it survives a host and comes back after a fire, a mistake
or a theft. A promise that names less is kept easily, and nobody learns before the disaster what it left out.

How to fix: add the losses that are listed to `promise`. Or claim the lower tier that the cluster really is; or have the gap approved
in a waiver. Production: `stayUp` names host; `recover` names host, site, operator-error and credential-theft. Edge: `recover` names
host and operator-error. A lab promises what it likes. Where a provider runs the control plane, `stayUp` is the provider's to promise.

Bad, at spec.promise:

    tier: production
    promise: {stayUp: [host], recover: [host, operator-error]}

Good:

    tier: production
    promise: {stayUp: [host], recover: [host, site, operator-error, credential-theft]}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="note", edge="error", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield one violation that lists every loss of the minimum that is not promised."""
    gaps = {"stayUp": proofs.unpromised.stay_up, "recover": proofs.unpromised.recover}
    absent = {field: ", ".join(losses) for field, losses in gaps.items() if losses}
    if absent:
        named = " and ".join(f"{losses} in `{field}`" for field, losses in absent.items())
        added = " and ".join(f"{losses} to `{field}`" for field, losses in absent.items())
        yield Violation(
            path=("spec", "promise"),
            message=f"{spec.tier} promises at least {named}, and this cluster does not",
            impact=f"whoever relies on a cluster of tier {spec.tier} relies on more than is promised",
            fix=f"add {added}, or claim a lower `tier`, or have the gap approved in a waiver",
            on_key=True,
        )
