"""After every loss that `recover` or the tier names, a copy remains that can be read without the cluster.

Why it matters: a backup that burns, is deleted or is stolen together with what it protects is no backup. Distance helps against fire
and power failure; it does not help against a person with rights or against stolen credentials: only a lock and another account do.

How to fix: write each backup to a location on another site, with an Object Lock, and in an account that no credential inside the
cluster belongs to. A store that runs in the cluster itself never counts.

Bad, at spec.locations.local:

    promise: {recover: [site, credential-theft]}
    locations: {local: {bucket: lab-dr, endpoint: "https://s3.madrid.example.net", region: es, site: madrid, credential: {secret: w}}}
    backups: {etcd: {schedule: "*/30 * * * *", retention: 14d, to: [local]}}

Good:

    promise: {recover: [site, credential-theft]}
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
from types import MappingProxyType

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.copies import MIN_LOCK, Fact, Shortfall
from compiler.proofs.proofs import Proofs
from compiler.values import duration

SEVERITY = severity(lab="error", edge="error", production="error")

LOSSES = MappingProxyType(
    {"operator-error": "a deletion by a person with rights", "credential-theft": "a theft of the cluster's credentials"}
)
MAX_NAMES = 4
"""Backups that a finding lists by name; the rest are counted."""

LOCK = duration.words(MIN_LOCK)
ELSEWHERE = "also write {backups} to a location {place}"
MOVE = "use `data-mover` instead of `snapshot` in `volumes`"
TEXTS: MappingProxyType[Fact, tuple[str, str]] = MappingProxyType(
    {
        "in-cluster": ("location {} runs inside the cluster and cannot be read without it", ELSEWHERE),
        "no-lock": (
            "location {} has no lock, so whoever can write there can destroy every copy",
            f"give location {{}} a `lock` with a retention of at least {LOCK}",
        ),
        "short-lock": (
            f"the lock of location {{}} is shorter than {LOCK} and ends before a deletion over a weekend is noticed",
            f"lock location {{}} for at least {LOCK}",
        ),
        "own-account": (
            "location {} belongs to the cluster's own account",
            "move location {} to an account that is not the cluster's",
        ),
        "account-not-stated": ("the account of location {} is not stated", "state `account` of location {}"),
        "cluster-account-not-stated": ("the account of the cluster is not stated", "state `identity.account`"),
        "own-site": ("location {} is on the cluster's own site", ELSEWHERE),
        "own-zone": ("location {} is in a zone of the cluster", ELSEWHERE),
        "site-not-stated": ("the site of location {} is not stated", "state `site` of location {}"),
        "host-site-not-stated": ("the site of {} is not stated", "state `site` of {}"),
        "place-not-known": ("location {} is on the cluster's own site and may be lost together with it", ELSEWHERE),
        "snapshot-in-cluster": (
            "volumes of backup {} are snapshots in storage of the cluster itself",
            MOVE,
        ),
        "snapshot-not-moved": (
            "volumes of backup {} are snapshots that stay in the storage system",
            MOVE,
        ),
        "provider-not-known": (
            "the provider keeps the snapshots of {}, and where is not known",
            "ask the provider where its copies are and who can delete them, and waive the finding with the answer",
        ),
    }
)
"""What is wrong and how to fix it, with the name that it is about."""

REPORTED_ELSEWHERE: frozenset[Fact] = frozenset({"host-site-not-stated"})
"""`hosts-state-their-site` says it once for the whole cluster."""


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation for each cause that leaves some backup without a copy after some promised loss."""
    for shortfall in proofs.shortfalls:
        cause = shortfall.cause
        if cause.fact in REPORTED_ELSEWHERE:
            continue
        message, fix = TEXTS[cause.fact]
        yield Violation(
            path=cause.path,
            message=message.format(cause.name),
            impact=_impact(shortfall),
            fix=fix.format(cause.name, backups=_names(shortfall), place=_place(shortfall)),
            on_key=not cause.at_value,
            proven=cause.proven,
        )


def _impact(shortfall: Shortfall) -> str:
    losses = _listed([LOSSES.get(loss, f"the loss of a {loss}") for loss in shortfall.losses], "or")
    return (
        f"after {losses} no copy of {_names(shortfall)} is {'left' if shortfall.cause.proven else 'known to be left'}"
    )


def _place(shortfall: Shortfall) -> str:
    """Return where a further location must be, so that its copies survive all of these losses."""
    needs = {
        "on another site": True,
        f"with a lock of at least {LOCK}": LOSSES.keys() & set(shortfall.losses),
        "in an account that is not the cluster's": "credential-theft" in shortfall.losses,
    }
    return ", ".join(need for need, applies in needs.items() if applies)


def _names(shortfall: Shortfall) -> str:
    names = ["the etcd snapshots" if backup.kind == "etcd" else backup.name for backup in shortfall.backups]
    listed = [*names[:MAX_NAMES], f"{len(names) - MAX_NAMES} more"] if names[MAX_NAMES:] else names
    return _listed(listed, "and")


def _listed(words: list[str], last: str) -> str:
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), words[-1])))
