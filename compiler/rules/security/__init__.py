"""Rules about who can pretend to be the cluster, read its backups or command it."""

from compiler.rules.rule import Rule
from compiler.rules.security import (
    application_backups_travel_encrypted,
    cluster_ca_is_stated,
    etcd_snapshots_travel_encrypted,
    synced_commits_are_verified,
)

RULES: tuple[Rule, ...] = (
    cluster_ca_is_stated,
    application_backups_travel_encrypted,
    etcd_snapshots_travel_encrypted,
    synced_commits_are_verified,
)
