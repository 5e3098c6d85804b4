"""Layers are applied in order.

Why it matters: Argo CD waits for a layer only where `argocd-cm` holds a health check of the kind Application, which it does not by
default. Without it quotas and namespaces are applied in any order, a failed base does not hold back what needs it, and Velero's
locations and schedules count as healthy as soon as they exist.

How to fix: put the keys that `runbooks/README.md` of the cluster prints into `argocd-cm`, then state `healthChecks: true`.

Bad, at spec.gitops.argo.healthChecks:

    gitops: {argo: {url: "ssh://git@git.example.net/dr.git", signers: [A81C3B5D0E7F9264A1B3C5D7E9F0123456789ABC]}}

Good:

    gitops: {argo: {url: "ssh://git@git.example.net/dr.git", signers: [A81C3B5D0E7F9264A1B3C5D7E9F0123456789ABC], healthChecks: true}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="note", edge="warning", production="warning")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation where Argo CD is not said to know when an Application is healthy. Flux needs nothing for its order."""
    argo = spec.gitops.argo if spec.gitops else None
    if argo is not None and not argo.health_checks:
        yield Violation(
            path=("spec", "gitops", "argo", "healthChecks"),
            message="the layers are applied all at once: argocd-cm is not said to hold the health checks that make Argo CD wait",
            impact="a base that fails does not hold back what needs it, and a broken backup location looks healthy",
            fix="put the keys that `runbooks/README.md` prints into argocd-cm, then state `healthChecks: true`",
        )
