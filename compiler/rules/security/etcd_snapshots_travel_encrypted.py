"""Snapshots of etcd travel to their location by https.

Why it matters: a snapshot is encrypted before it leaves the host, so nobody on the way can read it. To a store at `http://` somebody
on the way can still drop it, answer that it was stored, or hand out an older one during a recovery.

How to fix: use the `https://` endpoint of the store. Where the store has none, put a TLS proxy in front of it on its own site.

Bad, at spec.locations.offsite.endpoint:

    locations: {offsite: {endpoint: "http://s3.paris.example.net"}}

Good:

    locations: {offsite: {endpoint: "https://s3.paris.example.net"}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="note", edge="warning", production="warning")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation for each location that snapshots are uploaded to without TLS."""
    for name in spec.backups.etcd.to if spec.backups.etcd else ():
        if not spec.locations[name].encrypted_in_transit:
            yield Violation(
                path=("spec", "locations", name, "endpoint"),
                message=f"snapshots of etcd travel to location {name} without TLS",
                impact="they are encrypted, but whoever is on the way can drop them or answer for the store",
                fix=f"use an https:// endpoint for location {name}",
            )
