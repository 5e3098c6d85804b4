"""A backed-up namespace was deleted: stop what syncs it, keep its disks, restore it from Velero, let the sync go last."""

from compiler.plan.plan import Plan
from compiler.runbooks import flux, velero_restore, workstation
from compiler.runbooks.chapter import Chapter, Kind, Step

_FIRST = ("kubectl get namespaces --request-timeout=20s",)


def chapter(plan: Plan) -> Chapter | None:
    """Return the chapter, or None where no namespace is backed up."""
    if not plan.applications.schedules:
        return None
    found = (*_stop(plan), *_prepare(plan), *_restore(plan), *_finish(plan))
    steps = tuple(step for step in found if step is not None)
    return Chapter(
        "namespace_deleted", plan.promise.applications.rto if plan.promise.applications else None, _FIRST, steps
    )


def namespaces(plan: Plan) -> tuple[str, ...]:
    """Return the namespaces that some schedule backs up, in the order of the spec."""
    return tuple(dict.fromkeys(name for schedule in plan.applications.schedules for name in schedule.namespaces))


def _stop(plan: Plan) -> tuple[Step | None, ...]:
    return (
        workstation.identity(plan, "R-NAMESPACE-01"),
        Step("R-NAMESPACE-02", "read-only", 2, workstation.run(plan, _choices(plan))),
        flux.suspend(plan, "R-NAMESPACE-03"),
    )


def _prepare(plan: Plan) -> tuple[Step | None, ...]:
    return (
        _step(plan, "04", "read-only", 1, velero_restore.DISKS, "R-NAMESPACE-06"),
        _step(plan, "05", "changing", 1, velero_restore.RETAIN, "R-NAMESPACE-06"),
        _step(plan, "06", "read-only", 3, velero_restore.REMAINS, "R-NAMESPACE-08"),
        _step(plan, "07", "destructive", 5, velero_restore.UNSTICK),
        _step(plan, "08", "read-only", 2, velero_restore.BACKUPS),
        _step(plan, "09", "read-only", 4, velero_restore.HOLDS, "R-NAMESPACE-08"),
    )


def _restore(plan: Plan) -> tuple[Step | None, ...]:
    return (
        _step(plan, "10", "destructive", 6, velero_restore.EMPTY, "R-NAMESPACE-06"),
        _step(plan, "11", "changing", 1, velero_restore.RESTORE),
        _step(plan, "12", "read-only", 60, velero_restore.WATCH, "R-NAMESPACE-13"),
    )


def _finish(plan: Plan) -> tuple[Step | None, ...]:
    return (
        _step(plan, "13", "read-only", 3, velero_restore.RESULTS, "R-NAMESPACE-14"),
        _step(plan, "14", "changing", 3, velero_restore.CLAIMS),
        _step(plan, "15", "read-only", 5, velero_restore.COMPARE, "R-NAMESPACE-13"),
        flux.resume(plan, "R-NAMESPACE-16"),
        _step(plan, "17", "read-only", 3, velero_restore.AFTER),
    )


def _step(plan: Plan, number: str, kind: Kind, minutes: int, text: str, on_failure: str = "stop") -> Step:
    return Step(
        f"R-NAMESPACE-{number}",
        kind,
        minutes,
        workstation.run(plan, text, velero=plan.applications.velero.namespace),
        on_failure,
    )


def _choices(plan: Plan) -> str:
    """Return the step that asks for the namespace, its choices one to a line as `case` takes them."""
    return velero_restore.CHOOSE.replace("@choices@", " |\\\n".join(f"  {name}" for name in namespaces(plan)))
