"""An alert fires when etcd snapshots stop.

Why it matters: backups that stop are noticed on the day they are needed. The CronJob of a cluster has a metric for its last success. A
timer on a member's host has none in the cluster, and a provider shows none, so kedge emits no alert for them.

How to fix: watch the age of the newest `manifest.json` in the bucket from outside the cluster, or have the provider alert you, and state
it as `watchedBy`, which the pages print.

Bad, at spec.backups.etcd:

    etcd: {placement: external, hosts: [w1, w2, cp1]}
    backups: {etcd: {cronJob: null, hostTimer: {}}}

Good:

    backups: {etcd: {schedule: "*/30 * * * *"}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.model.layout import etcd_runner
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="note", edge="note", production="note")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation where what takes the snapshots has no metric that kedge could alert on, and nothing else watches them."""
    backup, runner = spec.backups.etcd, etcd_runner(spec)
    section = (backup.host_timer if runner == "hostTimer" else backup.provider) if backup else None
    if runner in ("hostTimer", "provider") and (section is None or section.watched_by is None):
        yield Violation(
            path=("spec", "backups", "etcd"),
            message=f"no alert fires when the etcd snapshots of `{runner}` stop",
            impact="snapshots that stop are noticed on the day they are needed",
            fix=f"watch the age of the newest snapshot from outside the cluster, and state `{runner}.watchedBy`",
            on_key=True,
        )
