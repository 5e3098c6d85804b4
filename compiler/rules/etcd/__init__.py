"""Rules about etcd: its members, where they run, and their size."""

from compiler.rules.etcd import (
    control_plane_runs_once_on_each_host,
    etcd_is_not_split_over_two_hosts,
    etcd_member_count_fits_tier,
    etcd_member_count_is_at_most_seven,
    etcd_member_count_is_odd,
    etcd_memory_suits_the_number_of_nodes,
    etcd_on_one_host_has_mirrored_disks,
    etcd_over_two_sites_has_a_witness,
    etcd_quorum_survives_promised_loss,
    etcd_size_has_headroom,
    further_etcd_members_add_tolerance,
)
from compiler.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    etcd_quorum_survives_promised_loss,
    etcd_member_count_fits_tier,
    etcd_member_count_is_odd,
    etcd_member_count_is_at_most_seven,
    etcd_is_not_split_over_two_hosts,
    etcd_over_two_sites_has_a_witness,
    further_etcd_members_add_tolerance,
    etcd_on_one_host_has_mirrored_disks,
    control_plane_runs_once_on_each_host,
    etcd_size_has_headroom,
    etcd_memory_suits_the_number_of_nodes,
)
