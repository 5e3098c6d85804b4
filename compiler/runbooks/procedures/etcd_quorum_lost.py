"""etcd has lost its quorum, or its only member: bring members back, or restore every member from one snapshot.

The order follows measurements and etcd's own guide: save the survivor before anything restarts it, stop every API server
first, restore the same file on every member with a revision bump, and keep the API blocked until nothing acts on old data.
"""

from compiler.plan.plan import Plan
from compiler.runbooks.procedure import Procedure, Use, meanwhile, minutes, steps, when
from compiler.runbooks.variables import watch_seconds

AT_THE_WORKSTATION = ("choose-store", "list-snapshots", "fetch-snapshot", "decrypt-snapshot")


def procedure(plan: Plan) -> Procedure | None:
    """Return the procedure, or None where etcd does not run as static pods."""
    if not plan.cluster.distribution.etcd_in_static_pods:
        return None
    backup, job = plan.etcd_backup, plan.snapshot_job
    return Procedure(
        name="etcd-quorum-lost",
        rto=plan.promise.control_plane.rto if plan.promise.control_plane else None,
        first=("etcd",),
        steps=steps(
            "identify-host",
            "take-etcd-tools",
            "check-etcd",
            "save-survivor",
            "wait-for-quorum",
            *meanwhile(*(AT_THE_WORKSTATION if backup else ("prepare-workstation",))),
            "stop-control-plane",
            "save-stopped-member",
            "choose-data",
            "send-data",
            "move-etcd-data-aside",
            "restore-etcd",
            "start-etcd",
            "check-etcd-restored",
            "remove-api-server-leases",
            "start-first-api-server",
            "scale-to-zero",
            *when(len(plan.topology.members) > 1, "start-remaining-api-servers"),
            "unblock-api",
            "restart-kubelets",
            "start-controllers",
            "check-nodes",
            "verify-new-pods",
            "scale-back",
            *((Use(slug="take-snapshot", minutes=minutes(watch_seconds(job))),) if job else ()),
            "remove-old-data",
        ),
    )
