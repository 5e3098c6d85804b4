"""etcd has reached its quota, or is about to: remove old revisions, give the space back, then let it accept writes again.

The order is etcd's own: compact, defragment every member, disarm last. An alarm that is disarmed before comes back at the next write.
"""

from compiler.plan.plan import Plan
from compiler.runbooks.procedure import Procedure, Use, steps


def procedure(plan: Plan) -> Procedure | None:
    """Return the procedure, or None where etcd does not run as static pods. Nothing is lost or restored, so there is no RTO."""
    if not plan.cluster.distribution.etcd_in_static_pods:
        return None
    return Procedure(
        name="etcd-database-full",
        rto=None,
        first=("pods",),
        steps=steps(
            Use(slug="identify-host", place="any_member"),
            Use(slug="take-etcd-tools", place="any_member"),
            "check-database-size",
            "find-largest-prefixes",
            "save-snapshot",
            "compact-etcd",
            "defragment-members",
            "disarm-alarm",
            "check-write",
            "verify-new-pods",
            "remove-snapshot",
        ),
    )
