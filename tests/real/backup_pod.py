"""The snapshot job's own pod on a real API server, and what the server answers to one that is not quite the same."""

from __future__ import annotations

import copy
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.real.examples import Object
from tests.real.harness.apiserver import checked
from tests.real.harness.bed import Bed
from tests.real.harness.process import until

NAMESPACE, JOB = "kedge-backup", "etcd-snapshot"
POLICIES = ("kedge-backup-pods", "kedge-backup-no-exec")
FOREIGN: Object = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "foreign", "namespace": NAMESPACE},
    "spec": {"containers": [{"name": "shell", "image": "busybox"}]},
}
_DRY_RUN = f"/api/v1/namespaces/{NAMESPACE}/pods?dryRun=All&fieldValidation=Strict"

Change = Callable[[Object], object]


@dataclass
class OwnPod:
    """The pod that the Job controller made from the CronJob, as the API has it."""

    bed: Bed
    pod: Object

    def with_spec(self, change: Change) -> Object:
        """The pod under a new name and not yet placed, its spec changed."""
        return self.changed(lambda pod: change(pod["spec"]))

    def changed(self, change: Change) -> Object:
        """The pod under a new name and not yet placed, changed."""
        metadata = {"generateName": "again-", "namespace": NAMESPACE, "labels": self.pod["metadata"]["labels"]}
        again = copy.deepcopy({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": self.pod["spec"]})
        change(again)
        return again

    def ask(self, wanted: Object) -> str:
        """What is wrong with a pod: empty if it would be admitted as another one, else the server's words."""
        answer = self.bed.control_plane.post(_DRY_RUN, wanted)
        if answer["kind"] == "Pod":
            return "" if answer["spec"] != self.pod["spec"] else "stored as the job's own pod"
        return str(answer["message"])

    @cached_property
    def schemas(self) -> dict[str, Any]:
        """The server's own types of the core API, by their short name."""
        found = json.loads(self.bed.control_plane.read("/openapi/v3/api/v1"))["components"]["schemas"]
        return {name.rpartition(".")[2]: schema for name, schema in found.items()}


def own_pod(bed: Bed) -> OwnPod:
    """Waits for the policy and has the Job controller make a pod; those of other tests go, since the quota counts them."""
    wait_active(bed)
    checked(bed.kubectl("delete", "jobs", "--all", "-n", NAMESPACE, "--cascade=foreground", "--timeout=60s"))
    return OwnPod(bed, run_job(bed))


def wait_active(bed: Bed) -> None:
    """Waits until the policy refuses: it takes the API server a moment to compile it."""
    probe = json.dumps(FOREIGN)

    def refused() -> bool:
        return POLICIES[0] in bed.kubectl("create", "--dry-run=server", "-f", "-", input=probe).stderr

    until(refused, "the policy refuses a foreign pod", timeout=60, pause=0.3)


def run_job(bed: Bed) -> Object:
    """Makes a Job from the CronJob and returns the pod that the Job controller made."""
    name = f"by-hand-{secrets.token_hex(3)}"
    checked(bed.kubectl("create", "job", name, f"--from=cronjob/{JOB}", "-n", NAMESPACE))
    chosen = ("pods", "-n", NAMESPACE, "-l", f"batch.kubernetes.io/job-name={name}")
    bed.control_plane.wait_for(lambda found: bool(found.get("items")), *chosen, timeout=30)
    found: Object = bed.control_plane.get(*chosen)["items"][0]
    return found


def container(spec: Object, name: str) -> Object:
    """A container of a pod by the start of its name."""
    found: Object = next(c for c in spec["initContainers"] + spec["containers"] if c["name"].startswith(name))
    return found
