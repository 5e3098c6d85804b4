"""Every host, and every pool of counted nodes, states the site that it is in.

Why it matters: whether a copy of the backups survives a fire is a question about sites. Where a host does not say where it is, no
location can be shown to be elsewhere, and the whole proof about copies is open.

How to fix: state `site` for each host: the building or data centre, or the region of a provider.

Bad, at spec.hosts.w1:

    hosts: {w1: {site: null}, w2: {site: null}}

Good:

    hosts: {w1: {site: madrid}, w2: {site: madrid}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.model.topology import DOMAIN_KINDS
from compiler.proofs import minimum
from compiler.proofs.places import places
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="warning", edge="warning", production="error")

MAX_NAMES = 4
"""Hosts that a finding lists by name; the rest are counted."""


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield one violation with every host that states no site, where a loss of a failure domain is to be recovered from."""
    paths = {place.name: place.path for place in places(spec) if place.site is None}
    hosts = list(paths)
    if hosts and set(minimum.losses(spec)) & set(DOMAIN_KINDS):
        names = ", ".join([*hosts[:MAX_NAMES], f"{len(hosts) - MAX_NAMES} more"] if hosts[MAX_NAMES:] else hosts)
        yield Violation(
            path=paths[hosts[0]],
            message=f"the site of {names} is not stated",
            impact="no copy is known to survive the loss of a site, of a rack or of anything else in it",
            fix=f"state `site` for {'each host' if hosts[MAX_NAMES:] else names}",
            on_key=True,
        )
