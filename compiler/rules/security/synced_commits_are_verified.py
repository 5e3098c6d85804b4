"""The engine that syncs the output takes only commits that are signed by a key of the cluster.

Why it matters: what the engine applies runs with its rights. Without a check of signatures, whoever can write to the repository, or
holds the token of a robot that can, commands the cluster and deletes what makes its backups; a stolen token is then a stolen cluster.

How to fix: sign the commits (`git config commit.gpgSign true`, for the robot too: `kedge commit` signs where that is set), put the
public keys into a Secret beside Flux, and name the Secret in `gitops.flux.signers`. For Argo CD put them into argocd-gpg-keys-cm, and
list their fingerprints in `gitops.argo.signers`.

Bad, at spec.gitops.flux:

    gitops: {flux: {url: "https://git.example.net/platform/dr.git"}}

Good:

    gitops: {flux: {url: "https://git.example.net/platform/dr.git", signers: dr-signers}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="note", edge="warning", production="error")

_FIXES = {
    "flux": "name the Secret with the public keys in `gitops.flux.signers`",
    "argo": "list the fingerprints of the keys in `gitops.argo.signers`",
}


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation where an engine syncs commits of anybody."""
    for name, fix in _FIXES.items():
        engine = getattr(spec.gitops, name, None)
        if engine is not None and not engine.signers:
            yield Violation(
                path=("spec", "gitops", name),
                message="commits are synced without a check of who signed them",
                impact="whoever can write to the repository commands the cluster and can delete what protects it",
                fix=f"sign the commits, and {fix}",
                on_key=True,
            )
