"""Brings every system of the bed up once and sees it act: `python -m tests.real.harness.smoke`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TypeVar

from tests.real.harness.apiserver import checked
from tests.real.harness.bed import Bed
from tests.real.harness.s3 import ROOT, WRITER, Lock

Result = TypeVar("Result")

_CONFIG_MAP = """
apiVersion: v1
kind: ConfigMap
metadata: {name: greeting, namespace: default}
data: {hello: world}
"""

_SYNC = """
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: fleet, namespace: flux-system}
spec: {interval: 10m, url: "%s", ref: {branch: main}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: fleet, namespace: flux-system}
spec: {interval: 10m, path: apps, prune: true, sourceRef: {kind: GitRepository, name: fleet}}
"""

_RULE = """
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: alerts, namespace: default}
spec: {groups: [{name: backups, rules: [{alert: Always, expr: "vector(1)"}]}]}
"""


def timed(what: str, act: Callable[[], Result]) -> Result:
    started = time.monotonic()
    result = act()
    print(f"{what:42} {time.monotonic() - started:6.2f} s", flush=True)
    return result


def expect(truth: bool, what: str) -> None:
    if not truth:
        sys.exit(f"failed: {what}")


def smoke(bed: Bed) -> None:
    unknown = bed.apply_ssa(_CONFIG_MAP.replace("\ndata:", "\ndada:"))
    expect("field not declared" in unknown.stderr, f"an unknown field is refused: {unknown}")
    timed("CRDs of Prometheus", lambda: bed.install_crds("monitoring"))
    checked(bed.apply_ssa(_RULE))

    git = timed("Git serves", lambda: bed.git)
    fleet = git.create("fleet")
    manifest = fleet.work / "apps" / "greeting.yaml"
    manifest.parent.mkdir()
    manifest.write_text(_CONFIG_MAP)
    first = timed("commit and push", fleet.commit)
    flux = timed("Flux ready, CRDs included", lambda: bed.flux)
    checked(bed.apply_ssa(_SYNC % fleet.url))
    timed("first commit applied", lambda: flux.wait_applied("fleet", first))
    manifest.write_text(_CONFIG_MAP.replace("world", "again"))
    second = fleet.commit()
    flux.reconcile("gitrepository/fleet")
    timed("second commit applied", lambda: flux.wait_applied("fleet", second))
    synced = bed.control_plane.get("configmap", "greeting", "-n", "default")
    expect(synced["data"] == {"hello": "again"}, f"Flux synced the ConfigMap: {synced}")

    s3 = timed("S3 serves", lambda: bed.s3)
    s3.create_bucket("backups", Lock("COMPLIANCE", days=1))
    statuses = [s3.request(method, "backups/probe", account=WRITER).status for method in ("PUT", "GET", "DELETE")]
    statuses.append(s3.request("GET", "backups", query="list-type=2", account=WRITER).status)
    expect(statuses == [200, 403, 403, 403], f"the writer can put and nothing else: {statuses}")

    velero = timed("Velero serves, CRDs included", lambda: bed.velero)
    s3.create_bucket("velero")
    velero.create_credential("offsite", ROOT)
    velero.create_location("offsite", s3, "velero", "offsite")
    timed("location Available", lambda: velero.wait_available("offsite"))
    velero.backup("first", includedNamespaces=["default"])
    backup = timed("backup", lambda: velero.wait_over("backup", "first"))
    expect(backup["phase"] == "Completed", f"the backup completed: {backup}")
    flux.stop()  # else it puts the ConfigMap back before the restore does
    checked(bed.kubectl("delete", "configmap", "greeting", "-n", "default"))
    velero.restore("first", backupName="first")
    restore = timed("restore", lambda: velero.wait_over("restore", "first"))
    expect(restore["phase"] == "Completed", f"the restore completed: {restore}")
    restored = bed.control_plane.get("configmap", "greeting", "-n", "default")
    expect(restored.get("data") == {"hello": "again"}, f"Velero restored the ConfigMap: {restored}")


def main() -> None:
    bed = Bed().__enter__()
    timed("control plane ready, controllers act", lambda: bed.control_plane)
    try:
        smoke(bed)
    finally:
        timed("all ended", lambda: bed.__exit__(None, None, None))


if __name__ == "__main__":
    main()
