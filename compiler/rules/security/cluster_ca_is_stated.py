"""The fingerprint of the cluster's CA is stated.

Why it matters: a name and an address can lead to another cluster: a copied kubeconfig, a restored machine, a changed DNS record. The
first step of each page compares the CA that answers with the one of the spec; where the spec states none there is nothing to compare
with, and the next steps may stop and overwrite the wrong cluster.

How to fix: state `identity.caFingerprint`. With a kubeconfig of which you know that it is of this cluster:
`kubectl config view --raw --minify -o jsonpath='{.clusters[0].cluster.certificate-authority-data}' | base64 -d |
openssl x509 -noout -pubkey | openssl pkey -pubin -outform der | sha256sum`, and `sha256:` before the digest.

Bad, at spec.identity:

    identity: {caFingerprint: null}

Good:

    identity: {caFingerprint: "sha256:3f1a5c7e9b2d4f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8"}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="note", edge="warning", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation where no fingerprint is stated."""
    if spec.identity.ca_fingerprint is None:
        yield Violation(
            path=("spec", "identity"),
            message="the fingerprint of the cluster's CA is not stated",
            impact="a page cannot tell this cluster from another one that answers at the same endpoint",
            fix="state `identity.caFingerprint`; `kedge explain cluster-ca-is-stated` has the command that prints it",
            on_key=True,
        )
