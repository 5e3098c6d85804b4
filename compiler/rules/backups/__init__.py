"""Rules about backups: that they exist, run often enough and are kept long enough."""

from compiler.rules.backups import (
    backup_ends_before_the_next_starts,
    etcd_is_backed_up,
    every_backup_has_an_rpo,
    promised_applications_are_backed_up,
    retention_outlives_failed_weekend,
    schedule_meets_rpo,
    stateful_data_is_covered,
)
from compiler.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    etcd_is_backed_up,
    promised_applications_are_backed_up,
    stateful_data_is_covered,
    every_backup_has_an_rpo,
    schedule_meets_rpo,
    backup_ends_before_the_next_starts,
    retention_outlives_failed_weekend,
)
