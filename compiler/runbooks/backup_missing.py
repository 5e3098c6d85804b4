"""No etcd snapshot or no application backup has ended well within the RPO: find out why, mend it, run one, see the alert clear."""

from collections.abc import Iterator

from compiler.plan import naming
from compiler.plan.etcd_backup import EtcdBackup
from compiler.plan.plan import Plan
from compiler.plan.stores import Store
from compiler.runbooks import snapshot_run, velero_backup, workstation
from compiler.runbooks.chapter import STOP, Chapter, Kind, Run, Step
from compiler.runbooks.shell import assign, fill, joined

_SNAPSHOT_FIRST = fill(
    "kubectl -n @namespace@ get cronjobs,jobs,pods --request-timeout=20s", namespace=naming.BACKUP_NAMESPACE
)
_VELERO_FIRST = ("kubectl get schedules.velero.io -A --request-timeout=20s",)
_SYNC = """
kubectl -n @flux@ get kustomizations.kustomize.toolkit.fluxcd.io \\
  --request-timeout=20s -o custom-columns="SYNC:.metadata.name,\\
SUSPENDED:.spec.suspend,\\
READY:.status.conditions[?(@.type=='Ready')].status,\\
SAYS:.status.conditions[?(@.type=='Ready')].message"
"""
_KEYS = "kubectl -n @namespace@ describe secrets @secret@ --request-timeout=20s"
_REACH = """
curl --disable --silent --show-error --output /dev/null \\
  --connect-timeout 20 --max-time 30 \\
  --write-out '%{http_code}\\n' "$ENDPOINT"
"""
# The operator of Prometheus makes this service, and marks it so, beside every Prometheus that it runs.
_ALERTS = """
kubectl get services -A -l operated-prometheus=true --no-headers \\
  --request-timeout=30s -o custom-columns="A:.metadata.namespace,\\
B:.metadata.name" > prometheus
QUERY=ALERTS%7Bcluster%3D%22@cluster@%22%2C
QUERY="$QUERY"alertname%3D~%22Kedge.%2B%22%7D
while read -r IN NAME; do
  URL=/api/v1/namespaces/$IN/services/$NAME:9090/proxy/api/v1/query
  kubectl get --raw "$URL?query=$QUERY" --request-timeout=30s < /dev/null
  echo
done < prometheus
"""
# Beyond the Job's own deadline, until its end is written down.
_GRACE_MINUTES = 2
_TRIES_A_MINUTE = 4
_MINUTE = 60


def chapter(plan: Plan) -> Chapter | None:
    """Return the chapter, or None where kedge backs nothing up. What is late runs against the RPO, so no RTO is counted."""
    if plan.etcd_backup is None and not plan.applications.schedules:
        return None
    first = (*(_SNAPSHOT_FIRST if plan.etcd_backup else ()), *(_VELERO_FIRST if plan.applications.schedules else ()))
    return Chapter("backup_missing", None, first, (*_look(plan), *_mend(plan)))


def _look(plan: Plan) -> Iterator[Step]:
    """Yield what changes nothing: why did no backup end well?"""
    yield workstation.identity(plan, "R-BACKUP-01")
    if plan.delivery:
        sync = workstation.run(plan, _SYNC, flux=plan.delivery.engine.namespace)
        yield Step("R-BACKUP-02", "read-only", 1, sync, "R-BACKUP-03" if plan.etcd_backup else "R-BACKUP-06")
    if plan.etcd_backup:
        yield _snapshot(plan, "03", "read-only", 2, snapshot_run.JOB, "R-BACKUP-04")
        yield _snapshot(plan, "04", "read-only", 3, snapshot_run.START, "R-BACKUP-05")
        yield _snapshot(plan, "05", "read-only", 3, snapshot_run.STAGES, "R-BACKUP-09")
    if plan.applications.schedules:
        yield _velero(plan, "06", "read-only", 2, velero_backup.LOOK, "R-BACKUP-07")
        yield _velero(plan, "07", "read-only", 2, _choices(plan), "R-BACKUP-08")
        yield _velero(plan, "08", "read-only", 4, velero_backup.ERRORS, "R-BACKUP-09")
    yield Step("R-BACKUP-09", "read-only", 3, _stores(plan), "R-BACKUP-11" if plan.etcd_backup else "R-BACKUP-14")


def _mend(plan: Plan) -> Iterator[Step]:
    """Yield what lets backups start again, one by hand of each kind, and the end of the alert."""
    if plan.etcd_backup:
        minutes = _longest(plan.etcd_backup)
        yield _snapshot(plan, "10", "changing", 1, snapshot_run.RESUME)
        yield _snapshot(plan, "11", "changing", 1, snapshot_run.RUN)
        yield _snapshot(
            plan, "12", "read-only", minutes, snapshot_run.WATCH, "R-BACKUP-04", tries=str(minutes * _TRIES_A_MINUTE)
        )
    if plan.applications.schedules:
        yield _velero(plan, "13", "changing", 1, velero_backup.RESUME)
        yield _velero(plan, "14", "changing", 1, velero_backup.RUN)
        yield _velero(plan, "15", "read-only", 60, velero_backup.WATCH, "R-BACKUP-08")
    yield Step("R-BACKUP-16", "read-only", 10, workstation.run(plan, _ALERTS))


def _snapshot(
    plan: Plan, number: str, kind: Kind, minutes: int, text: str, on_failure: str = STOP, **words: str
) -> Step:
    runs = workstation.run(plan, text, namespace=naming.BACKUP_NAMESPACE, job=naming.SNAPSHOT_JOB, **words)
    return Step(f"R-BACKUP-{number}", kind, minutes, runs, on_failure)


def _velero(plan: Plan, number: str, kind: Kind, minutes: int, text: str, on_failure: str = STOP) -> Step:
    return Step(
        f"R-BACKUP-{number}",
        kind,
        minutes,
        workstation.run(plan, text, velero=plan.applications.velero.namespace),
        on_failure,
    )


def _longest(job: EtcdBackup) -> int:
    """Return after how many minutes a run has ended, one way or the other."""
    return -(-job.deadline // _MINUTE) + _GRACE_MINUTES


def _choices(plan: Plan) -> str:
    """Return the step that asks for the schedule, its choices one to a line as `case` takes them."""
    return velero_backup.CHOOSE.replace(
        "@choices@", " |\\\n".join(f"  {schedule.name}" for schedule in plan.applications.schedules)
    )


def _stores(plan: Plan) -> tuple[Run, ...]:
    """Return the block that shows each credential's keys, never their values, and whether each store answers."""
    snapshots = plan.etcd_backup.stores if plan.etcd_backup else ()
    scheduled = tuple(schedule.store for schedule in plan.applications.schedules)
    secrets = dict.fromkeys(
        [*_secrets(naming.BACKUP_NAMESPACE, snapshots), *_secrets(plan.applications.velero.namespace, scheduled)]
    )
    endpoints = dict.fromkeys(store.endpoint for store in (*snapshots, *scheduled))
    seen = joined(*(fill(_KEYS, namespace=namespace, secret=secret) for namespace, secret in secrets))
    reached = joined(*((*assign("ENDPOINT", endpoint), *fill(_REACH)) for endpoint in endpoints))
    return (Run("workstation", (), workstation.inside(plan, joined(seen, reached))),)


def _secrets(namespace: str, stores: tuple[Store, ...]) -> Iterator[tuple[str, str]]:
    return ((namespace, store.credential) for store in stores)
