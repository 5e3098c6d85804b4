"""Rules about the promise as a whole: that it is worth its tier and that the topology can keep it."""

from compiler.rules.promise import (
    control_plane_has_no_single_point_of_failure,
    control_plane_hosts_take_no_workloads,
    hosts_state_their_site,
    promise_covers_the_tier,
    promised_loss_has_a_procedure,
    rto_is_long_enough_for_the_procedure,
    stay_up_holds_during_maintenance,
)
from compiler.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    promise_covers_the_tier,
    stay_up_holds_during_maintenance,
    control_plane_has_no_single_point_of_failure,
    hosts_state_their_site,
    promised_loss_has_a_procedure,
    rto_is_long_enough_for_the_procedure,
    control_plane_hosts_take_no_workloads,
)
