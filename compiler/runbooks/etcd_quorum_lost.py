"""etcd has lost its quorum, or its only member: bring members back, or restore every member from one snapshot.

The order is what measurements and etcd's own guide ask for: save the survivor before anything restarts it, stop every
API server first, the same file on every member with a revision bump, and a closed door until nothing acts on old data.
"""

from compiler.plan import naming
from compiler.plan.plan import Plan
from compiler.runbooks import bucket, etcd_restore, hosts, over_ssh, proof
from compiler.runbooks.chapter import Chapter, Step

_FIRST = ("timeout 20 crictl ps -a --name '^etcd$'",)
_PROOF = "R-QUORUM-26"


def chapter(plan: Plan) -> Chapter | None:
    """Return the chapter, or None where kedge does not know etcd or it stands on hosts of its own."""
    if not hosts.stacked(plan):
        return None
    steps = (*_save(plan), *_fetch(plan), *_choose(plan), *_restore(plan), *_serve(plan), *_finish(plan))
    return Chapter(
        "etcd_quorum_lost", plan.promise.control_plane.rto if plan.promise.control_plane else None, _FIRST, steps
    )


def _save(plan: Plan) -> tuple[Step, ...]:
    return (
        hosts.identity(plan, "each", "R-QUORUM-01"),
        hosts.tools(plan, "each", "R-QUORUM-02"),
        Step("R-QUORUM-03", "read-only", 2, hosts.on(plan, "each", etcd_restore.LOOK), "R-QUORUM-04"),
        Step("R-QUORUM-04", "read-only", 3, hosts.on(plan, "each", etcd_restore.SAVE), "R-QUORUM-05"),
        Step("R-QUORUM-05", "read-only", 10, hosts.on(plan, "one", etcd_restore.WAIT), "R-QUORUM-06"),
        bucket.settings(plan, "R-QUORUM-06"),
    )


def _fetch(plan: Plan) -> tuple[Step, ...]:
    if plan.etcd_backup is None:
        return ()
    return (
        bucket.newest(plan, "R-QUORUM-07"),
        bucket.fetch(plan, "R-QUORUM-08"),
        bucket.unlock(plan, "R-QUORUM-09"),
    )


def _choose(plan: Plan) -> tuple[Step, ...]:
    return (
        Step("R-QUORUM-10", "destructive", 4, hosts.on(plan, "each", etcd_restore.CLOSE)),
        Step("R-QUORUM-11", "read-only", 4, hosts.on(plan, "each", etcd_restore.COPY), "R-QUORUM-12"),
        Step("R-QUORUM-12", "read-only", 3, over_ssh.survivors(plan)),
        Step("R-QUORUM-13", "changing", 3, over_ssh.send(plan)),
    )


def _restore(plan: Plan) -> tuple[Step, ...]:
    return (
        Step("R-QUORUM-14", "destructive", 2, hosts.on(plan, "each", etcd_restore.ASIDE)),
        Step("R-QUORUM-15", "changing", 4, hosts.on(plan, "each", etcd_restore.RESTORE)),
        Step("R-QUORUM-16", "changing", 2, hosts.on(plan, "each", etcd_restore.START_ETCD)),
        Step("R-QUORUM-17", "read-only", 3, hosts.on(plan, "one", etcd_restore.CHECK)),
    )


def _serve(plan: Plan) -> tuple[Step, ...]:
    flux = plan.delivery.engine.namespace if plan.delivery else "flux-system"
    zero = hosts.on(plan, "one", etcd_restore.ZERO, flux=flux, velero=plan.applications.velero.namespace)
    others = (
        (Step("R-QUORUM-21", "changing", 3, hosts.on(plan, "others", etcd_restore.SERVE_REST)),)
        if len(plan.topology.members) > 1
        else ()
    )
    return (
        Step("R-QUORUM-18", "changing", 1, hosts.on(plan, "one", etcd_restore.LEASES)),
        Step("R-QUORUM-19", "changing", 3, hosts.on(plan, "one", etcd_restore.SERVE_FIRST)),
        Step("R-QUORUM-20", "changing", 3, zero),
        *others,
        Step("R-QUORUM-22", "changing", 2, hosts.on(plan, "each", etcd_restore.OPEN)),
        Step("R-QUORUM-23", "changing", 4, over_ssh.kubelets(plan)),
    )


def _finish(plan: Plan) -> tuple[Step, ...]:
    flux = plan.delivery.engine.namespace if plan.delivery else "flux-system"
    wake = hosts.on(plan, "one", etcd_restore.WAKE, flux=flux)
    clean = hosts.on(plan, "each", etcd_restore.CLEAN)
    return (
        Step("R-QUORUM-24", "changing", 2, hosts.on(plan, "each", etcd_restore.START_CONTROLLERS)),
        Step("R-QUORUM-25", "read-only", 3, hosts.on(plan, "one", etcd_restore.NODES), "R-QUORUM-23"),
        proof.new_pods(plan, _PROOF, "R-QUORUM-23"),
        Step("R-QUORUM-27", "changing", 3, wake),
        *_snapshot(plan),
        Step("R-QUORUM-29", "destructive", 3, clean),
    )


def _snapshot(plan: Plan) -> tuple[Step, ...]:
    if plan.etcd_backup is None:
        return ()
    words = {
        "namespace": naming.BACKUP_NAMESPACE,
        "job": naming.SNAPSHOT_JOB,
        "seconds": str(plan.etcd_backup.deadline),
    }
    run = hosts.on(plan, "one", etcd_restore.SNAPSHOT, **words)
    return (Step("R-QUORUM-28", "changing", -(-plan.etcd_backup.deadline // 60), run),)
