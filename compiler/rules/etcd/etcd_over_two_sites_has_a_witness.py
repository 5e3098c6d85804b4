"""Etcd that is spread over sites or zones is spread over three.

Why it matters: a quorum is a majority, and of two sites one always has it. Losing that site stops the cluster, and so does losing the link
as seen from the other site; the members at the smaller site save nothing, while every write waits for the distance. A third site needs
only one small member, a witness, to decide which side goes on.

How to fix: put one member on a host at a third site, so that no site has the majority. Or keep all members at one site, promise to
recover from its loss, and keep a copy elsewhere.

Bad, at spec.controlPlane.hosts:

    hosts: {cp3: {site: toledo}}

Good:

    hosts: {cp2: {site: toledo}, cp3: {site: sevilla}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.model.topology import DomainKind
from compiler.proofs.placement import Placement, domains_of
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="note", edge="warning", production="warning")

KINDS: tuple[DomainKind, ...] = ("site", "zone")
"""From the wider to the narrower: two sites are two zones at least, and are reported once."""


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation for the widest kind of which the members are in exactly two domains, unless another rule reports that."""
    placement = proofs.placement
    if placement is None:
        return
    for kind in KINDS:
        split = _split(placement, kind)
        if len(split) == 2:
            if kind not in spec.promise.stay_up and len(placement.losses(kind)) == 2:
                yield _stretched(placement, kind, split)
            return


def _split(placement: Placement, kind: DomainKind) -> dict[str, int]:
    """Return how many members each domain has; nothing where that is not known of all."""
    where = [domains_of(name, placement.hosts[name], kind) for name in placement.members]
    names = [domains[0] for domains in where if domains]
    return {name: names.count(name) for name in names} if len(names) == len(where) else {}


def _stretched(placement: Placement, kind: DomainKind, split: dict[str, int]) -> Violation:
    (more, most), (less, fewest) = sorted(split.items(), key=lambda item: -item[1])
    total, needed = len(placement.members), placement.quorum
    losing = f"losing {kind} {more}, or the link as seen from {less}, stops the cluster"
    return Violation(
        path=placement.members_path,
        message=f"etcd is spread over two {kind}s, {most} of {total} members at {more} and {fewest} at {less}, without a witness",
        impact=f"{losing}: {fewest} of {total} are left and {needed} needed",
        fix=f"put one member on a host at a third {kind}, so that none has {needed} of {total}, or keep all members at one {kind}",
    )
