"""Consent: what a change destroys is refused unless the spec or the command line consents to each object."""

import datetime
from collections.abc import Collection, Mapping

import click
from msgspec import Struct

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


class Refused(click.ClickException):
    """A destructive change without consent."""

    exit_code = REFUSED


class Gate(Struct, frozen=True):
    """Who consented to what on the command line, and the day on which the consents of the specs are read."""

    reference: Reference
    today: datetime.date
    allowed: tuple[str, ...] = ()

    def unnamed(self, checked: Checked, produced: Collection[str]) -> tuple[str, ...]:
        """Return what a cluster's new output destroys and nobody consented to; the file of a removed cluster is the consent."""
        if checked.spec is None or isinstance(checked.spec, RemovedCluster):
            return ()
        named = {*self.allowed, *consented(checked.spec, self.today)}
        return tuple(name for name in self.reference.destroyed(checked.spec.metadata, produced) if name not in named)

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
    lines.append("  = impact: the live objects are guarded and stay, but nothing renews or restores them any more")
    first = next((names[0] for cluster, names in missing.items() if cluster not in gone), None)
    if first is not None:
        words = [w for c, names in missing.items() if c not in gone for n in names for w in ("--allow-destroy", n)]
        lines.append(
            f"  = fix:    if that is meant, write it under `spec`: consents: [{text.safe(_entry(first, today))}]"
        )
        lines.append(f"  = or:     compile or commit it yourself with {text.command(*words)}")
    if gone:
        name = text.safe(next(iter(gone)))
        record = f"removed: {{date: {today}, reason: …, approver: …}}"
        lines.append(f"  = fix:    a cluster that was renamed says so: `metadata: {{name: …, renamedFrom: {name}}}`")
        lines.append(
            f"  = fix:    of one that is gone, clusters/{name}/cluster.yaml stays as the record: apiVersion, kind,"
        )
        lines.append(f"            metadata and `{record}`")
    return "\n".join(lines)


def _entry(title: str, today: datetime.date) -> str:
    """Return the consent to the loss of one object, as it is written in the spec."""
    kind, *namespace, name = title.split("/", 1) if title.startswith("layer/") else title.split("/")
    place = f"namespace: {namespace[0]}, " if namespace else ""
    return f"{{kind: {kind}, {place}name: {name}, reason: …, approver: …, expires: {today + LONGEST}}}"
