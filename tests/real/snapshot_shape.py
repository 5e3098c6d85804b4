"""The snapshot CronJob that kedge compiles for payments-eu, its keys and locations replaced by those of a test bed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from msgspec.structs import replace

from compiler import pipeline
from compiler.distributions.kubeadm import STACKED
from compiler.manifests import snapshot_cronjob
from compiler.plan import naming
from compiler.plan.etcd_backup import SnapshotJob
from compiler.plan.keys import Signer
from compiler.plan.plan import Plan
from compiler.plan.stores import Store
from compiler.source.cache import BaseCache
from compiler.workspace.files import DiskFiles

__all__ = ["KEYS", "cronjob", "plan_for"]

KEYS = tuple(path.rpartition("/")[2] for path in STACKED.etcd.backup_client.paths) if STACKED.etcd else ()
ROOT = Path(__file__).parents[2]
CLUSTER = "payments-eu"


def cronjob(
    recipients: Sequence[str], signers: Sequence[Signer], locations: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """The object, for locations by name with KEDGE_ENDPOINT, KEDGE_REGION, KEDGE_BUCKET, KEDGE_PREFIX, KEDGE_CA."""
    (manifest,) = snapshot_cronjob.emit(plan_for(recipients, signers, locations))
    return cast("dict[str, Any]", manifest.body)


def plan_for(recipients: Sequence[str], signers: Sequence[Signer], locations: Mapping[str, Mapping[str, str]]) -> Plan:
    """The plan of payments-eu with other keys and locations."""
    plan, job = _plan()
    stores = tuple(_store(job.stores[0], name, values) for name, values in locations.items())
    return replace(plan, etcd_backup=replace(job, recipients=tuple(recipients), signers=tuple(signers), stores=stores))


def _plan() -> tuple[Plan, SnapshotJob]:
    context = pipeline.RunContext(DiskFiles(ROOT), BaseCache(), datetime.date(2027, 1, 1))
    plan = pipeline.check(context, CLUSTER).plan
    assert plan is not None
    assert plan.snapshot_job is not None
    return plan, plan.snapshot_job


def _store(like: Store, name: str, values: Mapping[str, str]) -> Store:
    return replace(
        like,
        name=name,
        endpoint=values["KEDGE_ENDPOINT"],
        region=values["KEDGE_REGION"],
        bucket=values["KEDGE_BUCKET"],
        ca=values.get("KEDGE_CA") or None,
        etcd_prefix=naming.etcd_prefix(values["KEDGE_PREFIX"], CLUSTER),
    )
