"""Backups of applications travel to their location by https.

Why it matters: Velero writes objects as they are, Secrets included. To a store at `http://` they cross every network on the way in
clear text, and so does whatever a restore reads back: anyone on the way can read all of it and change what comes back.

How to fix: use the `https://` endpoint of the store. Where the store has none, put a TLS proxy in front of it on its own site.

Bad, at spec.locations.offsite.endpoint:

    promise: {applications: {rpo: 26h, rto: 8h}}
    namespaces: {shop: {}}
    locations: {offsite: {endpoint: "http://s3.paris.example.net"}}
    backups: {applications: {shop: {namespaces: [shop], schedule: "0 3 * * *", retention: 14d, to: [offsite]}}}

Good:

    promise: {applications: {rpo: 26h, rto: 8h}}
    namespaces: {shop: {}}
    locations: {offsite: {endpoint: "https://s3.paris.example.net"}}
    backups: {applications: {shop: {namespaces: [shop], schedule: "0 3 * * *", retention: 14d, to: [offsite]}}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="warning", edge="error", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation for each location that Velero writes to in clear text."""
    for name, location in spec.locations.items():
        backups = [backup for backup, section in spec.backups.applications.items() if name in section.to]
        if backups and not location.encrypted_in_transit:
            yield Violation(
                path=("spec", "locations", name, "endpoint"),
                message=f"backups of applications travel to location {name} in clear text",
                impact="whoever is on the way reads every Secret in them, and can change what a restore reads",
                fix=f"use an https:// endpoint for location {name}",
            )
