"""Rules about etcd: its members, where they run, and their size."""

from compiler.rules.etcd import (
    etcd_member_count_fits_tier,
    etcd_member_count_is_at_most_seven,
    etcd_member_count_is_odd,
    etcd_quorum_survives_promised_loss,
    etcd_size_has_headroom,
)
from compiler.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    etcd_quorum_survives_promised_loss,
    etcd_member_count_fits_tier,
    etcd_member_count_is_odd,
    etcd_member_count_is_at_most_seven,
    etcd_size_has_headroom,
)
