"""A backed-up namespace was deleted: suspend what syncs it, keep its volumes, restore it from Velero, resume the sync last."""

from compiler.plan.plan import Plan
from compiler.runbooks.procedure import Procedure, steps


def procedure(plan: Plan) -> Procedure | None:
    """Return the procedure, or None where no namespace is backed up."""
    if not plan.applications.schedules:
        return None
    return Procedure(
        name="namespace-deleted",
        rto=plan.promise.shortest_application_rto,
        first=("namespaces",),
        steps=steps(
            "identify-cluster",
            "choose-namespace",
            plan.delivery.engine.suspend_step if plan.delivery else "stop-sync",
            "list-volumes",
            "retain-volumes",
            "find-blocking-finalizers",
            "remove-finalizers",
            "choose-backup",
            "show-backup-contents",
            "delete-recreated-namespace",
            "restore-namespace",
            "watch-restore",
            "read-restore-errors",
            "rebind-volumes",
            "compare-namespace",
            *((plan.delivery.engine.resume_step,) if plan.delivery else ()),
            "check-namespace",
        ),
    )
