"""Copies: for each thing that is backed up and each loss that the promise names, which location still holds a readable copy.

A location counts when it does not run inside the cluster and stands outside the failure domain that is lost. Against a person or a
thief, distance does not help: a lock does, and against a thief an account that the cluster's credentials do not reach.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from compiler.model.backups import Location
from compiler.model.cluster import Spec
from compiler.model.promise import Loss
from compiler.model.topology import DomainKind
from compiler.values.keypath import KeyPath

# A lock that ends before anyone has noticed the deletion protects nothing: a failed weekend and the days around it.
LEAST_LOCK = 7 * 86400


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A loss after which no location is known to hold a readable copy of what stands at `path`.

    `reasons` says of each location why it does not count. `proven` is false where a location might count but does not say enough.
    """

    path: KeyPath
    loss: Loss
    reasons: tuple[tuple[str, str], ...]
    proven: bool


@dataclass(frozen=True, slots=True)
class _Answer:
    holds: bool
    known: bool
    reason: str


_YES = _Answer(True, True, "")


def shortfalls(spec: Spec) -> tuple[Shortfall, ...]:
    """Return every backed-up thing and promised loss for which no location is proven to hold."""
    kept: list[tuple[KeyPath, tuple[str, ...]]] = []
    if spec.backups.etcd:
        kept.append((("spec", "backups", "etcd", "to"), spec.backups.etcd.to))
    kept += [(("spec", "backups", "applications", name, "to"), a.to) for name, a in spec.backups.applications.items()]
    found = list(_left_behind(spec))
    for path, to in kept:
        for loss in spec.promise.recover:
            answers = [(name, _answer(spec, spec.locations[name], loss)) for name in to]
            if not any(answer.holds for _, answer in answers):
                found.append(
                    Shortfall(path, loss, tuple((n, a.reason) for n, a in answers), all(a.known for _, a in answers))
                )
    return tuple(found)


def _left_behind(spec: Spec) -> Iterator[Shortfall]:
    """Volumes taken by `snapshot` never leave the storage system: whether that outlives a loss is not stated anywhere."""
    for name, backup in spec.backups.applications.items():
        if "snapshot" in backup.volumes.values():
            path: KeyPath = ("spec", "backups", "applications", name, "volumes")
            reason = "its volumes are snapshots that stay in the storage system"
            yield from (Shortfall(path, loss, ((name, reason),), proven=False) for loss in spec.promise.recover)


def _answer(spec: Spec, location: Location, loss: Loss) -> _Answer:
    if location.in_cluster:
        return _Answer(False, True, "it runs inside the cluster and cannot be read without it")
    if loss == "operator-error":
        return _locked(location)
    if loss == "thief":
        return _thief(spec, location)
    return _outside(spec, location, loss)


def _locked(location: Location) -> _Answer:
    if location.lock is None:
        return _Answer(False, True, "it has no lock, so whoever can write there can destroy every copy")
    if location.lock.retention < LEAST_LOCK:
        return _Answer(False, True, "its lock ends within a week, before a deletion over a weekend is noticed")
    return _YES


def _thief(spec: Spec, location: Location) -> _Answer:
    if not (answer := _locked(location)).holds:
        return answer
    if location.account is None or spec.identity.account is None:
        return _Answer(False, False, "its account or the cluster's (`identity.account`) is not stated")
    if location.account == spec.identity.account:
        return _Answer(False, True, "it belongs to the cluster's own account")
    return _YES


def _outside(spec: Spec, location: Location, kind: DomainKind) -> _Answer:
    """A store stands outside a domain of the cluster when a domain around it differs: its site, or for a zone its zone."""
    sites = {host.site for host in spec.hosts.values()}
    if location.site is None or None in sites:
        return _Answer(False, False, "its site or that of a host is not stated")
    if location.site not in sites:
        return _YES
    if kind == "site":
        return _Answer(False, True, f"it stands on the cluster's own site {location.site}")
    zones = {host.zone for host in spec.hosts.values()}
    if location.zone is not None and None not in zones and location.zone not in zones:
        return _YES
    if kind == "zone" and location.zone is not None and None not in zones:
        return _Answer(False, True, f"it stands in the cluster's own zone {location.zone}")
    return _Answer(False, False, f"it stands on the cluster's site {location.site}, and where there is not known")
