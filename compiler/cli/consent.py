"""Consent: what a change destroys is refused unless the spec or the command line consents to each object."""

import datetime
from collections.abc import Collection, Iterator, Mapping

import click
from msgspec import Struct

from compiler.change.places import KIND as COPIES
from compiler.change.reference import Reference
from compiler.cli.exits import REFUSED
from compiler.findings.consents import LONGEST, in_force
from compiler.kube.manifest import object_title
from compiler.model.cluster import ClusterSpec
from compiler.model.removal import RemovedCluster
from compiler.pipeline import Checked
from compiler.report import text

SHOWN = 8
"""Objects of a cluster that a refusal names; a cluster that is gone has dozens."""
PLAIN = ("layer/", "File/", f"{COPIES}/")
"""How the names begin that have no namespace, but may have slashes."""


class Refused(click.ClickException):
    """A destructive change without consent."""

    exit_code = REFUSED


class Gate(Struct, frozen=True):
    """Who consented to what on the command line, and the day on which the consents of the specs are read."""

    reference: Reference
    today: datetime.date
    allowed: tuple[str, ...] = ()

    def unnamed(self, checked: Checked, produced: Mapping[str, bytes | None]) -> tuple[str, ...]:
        """Return what a cluster's new output destroys and nobody consented to; the file of a removed cluster is the consent."""
        if checked.spec is None or isinstance(checked.spec, RemovedCluster):
            return ()
        named = {*self.allowed, *consented(checked.spec, self.today)}
        lost = self.reference.destroyed(checked.spec.metadata, produced, checked.plan)
        return tuple(name for name in lost if name not in named)

    def given_up(self, renamed_from: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Return what is destroyed with each cluster whose file is gone and that no cluster continues."""
        missing = self.reference.given_up(renamed_from)
        unnamed = {name: tuple(n for n in names if n not in self.allowed) for name, names in missing}
        return {name: names for name, names in unnamed.items() if names}


def consented(spec: ClusterSpec, today: datetime.date) -> frozenset[str]:
    """Return the objects that a spec consents to lose today, as changes name them."""
    live = (entry for entry in spec.spec.consents if in_force(entry.expires, today))
    return frozenset(object_title(entry.kind, entry.namespace, entry.name) for entry in live)


def renamed_from(checked: Checked) -> tuple[str, ...]:
    """Return the first name of a renamed cluster; nothing for one that was never renamed."""
    stated = checked.spec.metadata.renamed_from if checked.spec else None
    return (stated,) if stated else ()


def refusal(missing: Mapping[str, tuple[str, ...]], gone: Collection[str], today: datetime.date) -> str:
    """Return the message of a refusal: what is missing by cluster, and each way to consent. `gone`: clusters without a file."""
    lines = ["this change removes what carries data or keeps backups going:"]
    for cluster, names in missing.items():
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        lost = "its file is gone, and with it " if cluster in gone else ""
        lines.append(f"  clusters/{text.safe(cluster)}: {lost}{text.safe(', '.join(names[:SHOWN]))}{more}")
    return "\n".join((*lines, *advice(missing, gone, today)))


def advice(missing: Mapping[str, tuple[str, ...]], gone: Collection[str], today: datetime.date) -> Iterator[str]:
    """Yield what it means and the lines to paste: consents by cluster, the command, a renaming, the record of a removed cluster."""
    names = {name for lost in missing.values() for name in lost}
    moved = {name for name in names if name.startswith(f"{COPIES}/")}
    if names - moved:
        yield "  = impact: the live objects are guarded and stay, but nothing renews or restores them any more"
    if moved:
        yield "  = impact: backups stay where they are, but Velero and the pages look for them in the new place alone"
    kept = {cluster: lost for cluster, lost in missing.items() if cluster not in gone}
    for cluster, lost in kept.items():
        yield f"  = fix:    if that is meant, write under `spec` of clusters/{text.safe(cluster)}/cluster.yaml:"
        yield "      consents:"
        yield from (f"        - {text.safe(_entry(name, today))}" for name in lost)
    if kept:
        words = [w for lost in kept.values() for name in lost for w in ("--allow-destroy", name)]
        yield f"  = or:     compile or commit it yourself with {text.command(*words)}"
    if gone:
        name = text.safe(next(iter(gone)))
        record = f"removed: {{date: {today}, reason: …, approver: …}}"
        yield f"  = fix:    a cluster that was renamed says so: `metadata: {{name: …, renamedFrom: {name}}}`"
        yield f"  = fix:    of one that is gone, clusters/{name}/cluster.yaml stays as the record: apiVersion, kind,"
        yield f"            metadata and `{record}`"


def _entry(title: str, today: datetime.date) -> str:
    """Return the consent to the loss of one object, as it is written in the spec."""
    kind, *namespace, name = title.split("/", 1) if title.startswith(PLAIN) else title.split("/")
    place = f"namespace: {namespace[0]}, " if namespace else ""
    return f"{{kind: {kind}, {place}name: {name}, reason: …, approver: …, expires: {today + LONGEST}}}"
