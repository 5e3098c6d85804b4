"""No etcd snapshot or no application backup has succeeded within the RPO: find out why, fix it, run one, see the alert clear."""

from compiler.plan.plan import Plan
from compiler.runbooks.procedure import Procedure, Use, minutes, steps, when
from compiler.runbooks.variables import watch_seconds


def procedure(plan: Plan) -> Procedure | None:
    """Return the procedure, or None where kedge backs nothing up. What is late counts against the RPO, so there is no RTO."""
    etcd, applications = plan.snapshot_job, plan.applications.schedules
    if etcd is None and not applications:
        return None
    return Procedure(
        name="backup-missing",
        rto=None,
        first=(*(("etcd",) if etcd else ()), *(("applications",) if applications else ())),
        steps=steps(
            "identify-cluster",
            *((plan.delivery.engine.status_step,) if plan.delivery else ()),
            *when(etcd, "check-snapshot-job", "check-snapshot-pod-start", "read-snapshot-logs"),
            *when(applications, "check-velero", "choose-schedule", "read-backup-errors"),
            "check-stores",
            *when(etcd, "resume-snapshot-job", "run-snapshot"),
            *((Use(slug="watch-snapshot", minutes=minutes(watch_seconds(etcd))),) if etcd else ()),
            *when(applications, "resume-schedule", "run-backup", "watch-backup"),
            "check-alerts",
        ),
    )
