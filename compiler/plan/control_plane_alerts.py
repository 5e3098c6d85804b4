"""Alerts that etcd or a certificate of the control plane fails, decided: which there are, when each fires, what it opens."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from msgspec import Struct

from compiler.model.cluster import Spec
from compiler.model.layout import layout
from compiler.model.recording import recorded
from compiler.plan import naming
from compiler.proofs import placement
from compiler.values.sources import Sources

ControlPlaneAlertName = Literal[
    "KedgeEtcdMemberDown",
    "KedgeEtcdQuorumMargin",
    "KedgeEtcdNoLeader",
    "KedgeEtcdDatabaseSize",
    "KedgeEtcdNoSpace",
    "KedgeEtcdNotWatched",
    "KedgeCertificateExpires",
    "KedgeCertificatesNotWatched",
]
Severity = Literal["critical", "warning"]

MINUTE, DAY = 60, 86_400
SIZE_PERCENT = 80
"""Of the quota: history and fragmentation can fill the rest within a day."""
EXPIRY_DAYS = (30, 14, 7, 1)
URGENT_DAYS = 7
"""From here on the alert of a certificate is critical."""
LISTENERS = 2
"""Ports with a certificate of an etcd member: clients', peers'."""


class ControlPlaneAlert(Struct, frozen=True, kw_only=True):
    """An alert on the metrics of a Prometheus job.

    `threshold`: members, percent of the quota, seconds to the expiry, or endpoints; `above`: seconds to the expiry at which the next
    one takes over. `selector`: labels that only this cluster's series have. `pending` in seconds.
    """

    alert: ControlPlaneAlertName
    severity: Severity
    subject: str
    job: str
    selector: tuple[tuple[str, str], ...]
    members: int
    quorum: int
    threshold: int
    above: int = 0
    pending: int
    page: str
    page_url: str
    exists: Sources
    sources: Sources
    page_sources: Sources


class _Condition(NamedTuple):
    severity: Severity
    subject: str
    threshold: int
    pending: int
    above: int = 0


class Link(NamedTuple):
    """What an alert opens: a page and a step of it; the index, which has no steps, where `step` is None."""

    page: str
    step: str | None


INDEX = Link("README.md", None)
MEMBER_PAGE, QUORUM_PAGE, SIZE_PAGE = "etcd-member-lost.md", "etcd-quorum-lost.md", "etcd-database-full.md"
LINKS: Mapping[ControlPlaneAlertName, Link] = MappingProxyType(
    {
        "KedgeEtcdMemberDown": Link(MEMBER_PAGE, "list-members"),
        "KedgeEtcdQuorumMargin": Link(MEMBER_PAGE, "list-members"),
        "KedgeEtcdNoLeader": Link(QUORUM_PAGE, "check-etcd"),
        "KedgeEtcdDatabaseSize": Link(SIZE_PAGE, "check-database-size"),
        "KedgeEtcdNoSpace": Link(SIZE_PAGE, "check-database-size"),
        "KedgeEtcdNotWatched": INDEX,
        "KedgeCertificateExpires": INDEX,
        "KedgeCertificatesNotWatched": INDEX,
    }
)
"""What each opens where etcd runs as static pods; elsewhere there is no page for it yet, and it opens the index."""


def control_plane_alerts(
    cluster: str, spec: Spec, key: Literal["etcd", "certificates"]
) -> tuple[ControlPlaneAlert, ...]:
    """Decide the section: the alerts on the metrics of a job, none where the spec does not state it."""
    view, reads = recorded(spec)
    job = view.monitoring.jobs.etcd if key == "etcd" else view.monitoring.jobs.certificates
    if job is None:
        return ()
    members, has_pages = len(placement.members(view)), layout(view).etcd_in_static_pods is not None
    quorum = placement.majority(members)
    servers = len(view.control_plane.hosts) if view.control_plane else 0
    shown = reads.paths()
    selector, runbooks = tuple(view.monitoring.selector.items()), view.monitoring.runbooks
    conditions = _etcd(members, quorum) if key == "etcd" else _certificates(servers + LISTENERS * members)
    sources = reads.paths()
    return tuple(
        ControlPlaneAlert(
            alert=name,
            severity=condition.severity,
            subject=condition.subject,
            job=job,
            selector=selector,
            members=members,
            quorum=quorum,
            threshold=condition.threshold,
            above=condition.above,
            pending=condition.pending,
            page=link.page,
            page_url=_url(runbooks, cluster, link),
            exists=(("spec", "monitoring", "jobs", key),),
            sources=sources,
            page_sources=shown,
        )
        for name, condition in conditions
        for link in [LINKS[name] if has_pages else INDEX]
    )


def _etcd(members: int, quorum: int) -> list[tuple[ControlPlaneAlertName, _Condition]]:
    """A member may be lost where a majority is left without it; elsewhere the loss of one is the loss of quorum."""
    spare: list[tuple[ControlPlaneAlertName, _Condition]] = [
        ("KedgeEtcdMemberDown", _Condition("warning", "etcd members", members, 5 * MINUTE)),
        ("KedgeEtcdQuorumMargin", _Condition("critical", "etcd quorum margin", quorum, 5 * MINUTE)),
    ]
    return [
        *(spare if members > quorum else []),
        ("KedgeEtcdNoLeader", _Condition("critical", "etcd quorum", quorum, MINUTE)),
        ("KedgeEtcdDatabaseSize", _Condition("warning", "etcd database size", SIZE_PERCENT, 10 * MINUTE)),
        ("KedgeEtcdNoSpace", _Condition("critical", "etcd space", 0, MINUTE)),
        ("KedgeEtcdNotWatched", _Condition("critical", "etcd metrics", 0, 10 * MINUTE)),
    ]


def _certificates(endpoints: int) -> list[tuple[ControlPlaneAlertName, _Condition]]:
    """One alert fires at a time: the next one takes over when fewer days are left."""
    expiry: list[tuple[ControlPlaneAlertName, _Condition]] = []
    for days, nearer in zip(EXPIRY_DAYS, (*EXPIRY_DAYS[1:], None), strict=True):
        severity: Severity = "critical" if days <= URGENT_DAYS else "warning"
        subject = f"certificates within {days}d"
        above = nearer * DAY if nearer else 0
        expiry.append(("KedgeCertificateExpires", _Condition(severity, subject, days * DAY, 10 * MINUTE, above)))
    unwatched = _Condition("warning", "certificate probes", endpoints, 30 * MINUTE)
    return [*expiry, ("KedgeCertificatesNotWatched", unwatched)]


def _url(runbooks: str | None, cluster: str, link: Link) -> str:
    url = naming.page_url(runbooks, cluster, link.page)
    return f"{url}#{link.step}" if link.step else url
