"""In production, etcd snapshots are encrypted to at least two break-glass keys.

Why it matters: a snapshot opens only with the identity of one of its keys. When there is one key and its identity is lost, burnt or
forgotten, every snapshot in every location is unreadable.

How to fix: add a second key, with its identity in another place and with another person. Snapshots that exist already stay encrypted
to the first one.

Bad, at spec.keys.breakGlass:

    keys: {breakGlass: {safe-b: null}}

Good:

    keys: {breakGlass: {safe-b: {age: age1djj0vyaaypc65ntn5q7rlghejltcuvtv3ny6ru0slwkz83zkqyhsjahsms}}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="warning", edge="warning", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation where production snapshots have one key."""
    snapshots = spec.backups.etcd is not None
    if spec.tier == "production" and snapshots and spec.keys and len(spec.keys.break_glass) == 1:
        yield Violation(
            path=("spec", "keys", "breakGlass"),
            message="there is one break-glass key, and production needs two",
            impact="when its identity is lost, burnt or forgotten, every snapshot in every location is unreadable",
            fix="add a second key, with its identity in another place and with another person",
        )
