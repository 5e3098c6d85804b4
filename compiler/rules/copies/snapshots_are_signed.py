"""The spec names the key that signs etcd snapshots.

Why it matters: encryption does not tell who made a snapshot, because everybody may encrypt to the public keys of a spec. Without a
signature, whoever steals the put-only credential of a bucket uploads another database under the newest name, and the restore hands over
the cluster.

How to fix: make a key pair with `ssh-keygen -t ed25519 -N "" -C "" -f ./signing-key`, state the first two words of `signing-key.pub`
under `keys.snapshotSigners`, and store the private half where the cluster's `runbooks/README.md` says. One key for each cluster: a
stolen key that clusters share signs for all of them.

Bad, at spec.keys:

    keys: {snapshotSigners: null}

Good:

    keys: {snapshotSigners: {"2027": {ssh: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP9QiwrG4kfopgNHWArAFWjzkFRFlx1j3f1KLP/iZ5Bt"}}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.model.layout import etcd_runner
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="note", edge="warning", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation where kedge's snapshots of etcd are not signed."""
    taken = spec.backups.etcd is not None and etcd_runner(spec) != "provider"
    if taken and not (spec.keys and spec.keys.snapshot_signers):
        yield Violation(
            path=("spec", "keys"),
            message="nothing tells who made a snapshot of etcd: the spec names no signer",
            impact="whoever steals the put-only credential of a bucket can upload any database as the newest snapshot",
            fix="make a key pair with ssh-keygen -t ed25519 and state its public half under `keys.snapshotSigners`",
        )
