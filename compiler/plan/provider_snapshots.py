"""Snapshots of etcd that the provider takes, as far as pages state them."""

from msgspec import Struct

from compiler.model.cluster import Spec
from compiler.model.recording import recorded
from compiler.values.sources import Sources


class ProviderSnapshots(Struct, frozen=True, kw_only=True):
    """When the provider takes one, how a restore is asked for, and who watches them (None: nobody is stated). Retention in seconds."""

    cron: str
    time_zone: str
    retention: int
    restore: str
    watched_by: str | None
    page_sources: Sources


def provider_snapshots(spec: Spec) -> ProviderSnapshots | None:
    """Decide the section; None where the provider takes none."""
    view, reads = recorded(spec)
    backup = view.backups.etcd
    provider = backup.provider if backup else None
    if backup is None or provider is None:
        return None
    return ProviderSnapshots(
        cron=backup.schedule.text,
        time_zone=backup.time_zone,
        retention=backup.retention,
        restore=provider.restore,
        watched_by=provider.watched_by,
        page_sources=reads.paths(),
    )
