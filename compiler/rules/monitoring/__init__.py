"""Rules about alerts."""

from compiler.rules.monitoring import (
    alerts_link_to_a_page,
    certificate_expiry_raises_an_alert,
    etcd_backup_age_raises_an_alert,
    etcd_failure_raises_an_alert,
)
from compiler.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    etcd_backup_age_raises_an_alert,
    etcd_failure_raises_an_alert,
    certificate_expiry_raises_an_alert,
    alerts_link_to_a_page,
)
