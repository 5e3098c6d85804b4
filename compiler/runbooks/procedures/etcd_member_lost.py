"""One etcd member of several is lost for good and quorum holds: replace it before a second one is lost."""

from compiler.plan.plan import Plan
from compiler.runbooks.procedure import Procedure, Use, steps

MIN_MEMBERS = 3
"""Losing one of fewer members is losing quorum, which is another procedure."""


def procedure(plan: Plan) -> Procedure | None:
    """Return the procedure, or None where etcd does not run as static pods, no host can join, or one lost member is a lost quorum."""
    distribution = plan.cluster.distribution
    if not distribution.etcd_in_static_pods or distribution.join is None or len(plan.topology.members) < MIN_MEMBERS:
        return None
    return Procedure(
        name="etcd-member-lost",
        rto=plan.promise.control_plane.rto if plan.promise.control_plane else None,
        first=("leases",),
        steps=steps(
            Use(slug="identify-host", place="any_member"),
            Use(slug="take-etcd-tools", place="any_member"),
            "list-members",
            "save-snapshot",
            "wait-for-members",
            "list-replacement-files",
            "remove-member",
            "delete-node",
            "reset-host",
            "print-join-command",
            "join-host",
            "check-members",
            "verify-new-pods",
            "remove-snapshot",
        ),
    )
