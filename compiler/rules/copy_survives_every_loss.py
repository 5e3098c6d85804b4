"""After every loss that `recover` names, a copy remains that can be read without the cluster.

Why it matters: a backup that burns, is wiped or is stolen together with what it protects is no backup. Distance helps against fire
and power; it does not help against a person with rights, for whom only a lock and another account do.

How to fix: put each backup to a location on another site, with an Object Lock; and in an account that no credential inside the
cluster belongs to. Never count a store that runs in the cluster itself.

Bad:

    promise: {recover: [site, thief]}
    locations: {local: {bucket: lab-dr, endpoint: "https://s3.madrid.example.net", region: es, site: madrid, credential: {secret: w}}}
    backups: {etcd: {schedule: "*/30 * * * *", retention: 14d, to: [local]}}

Good:

    promise: {recover: [site, thief]}
    locations:
      offsite:
        bucket: payments-dr
        endpoint: https://s3.paris.example.net
        region: fr
        site: paris
        account: backup-vault
        lock: {mode: compliance, retention: 30d}
        credential: {secret: w}
    backups: {etcd: {schedule: "*/30 * * * *", retention: 14d, to: [offsite]}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Claim
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="warning", edge="error", production="error")
EVENTS = {
    "operator-error": "after a deletion by a person with rights",
    "thief": "after a theft of every credential in the cluster",
}
MENDS = {
    "operator-error": "give one of its locations a `lock`",
    "thief": "give one of its locations a `lock` and an `account` that is not the cluster's",
}
FAR = "back it up to a location on another site too"


def check(spec: Spec, proofs: Proofs) -> Iterator[Claim]:
    """Yield a claim for each backup and promised loss without a copy, and for keys that one loss takes."""
    for short in proofs.shortfalls:
        what = "the etcd snapshots" if short.path[2] == "etcd" else f"backup {short.path[3]}"
        event = EVENTS.get(short.loss, f"after the loss of a {short.loss}")
        mend = MENDS.get(short.loss, FAR)
        yield Claim(
            short.path,
            f"{event} no copy of {what} is {'left' if short.proven else 'known to be left'}",
            "; ".join(f"{name} does not count: {reason}" for name, reason in short.reasons),
            mend if short.proven else f"state what is missing, or {mend}",
            proven=short.proven,
        )
    if spec.tier == "production" and spec.keys and len(spec.keys.break_glass) == 1 and spec.backups.etcd:
        yield Claim(
            ("spec", "keys", "breakGlass"),
            "there is one break-glass key, and production keeps two",
            "when its identity is lost, burnt or forgotten, every snapshot in every location is unreadable",
            "add a second key whose identity lies in another place with another person",
        )
