"""One kubeadm cluster of three control planes and a worker for all tests of this folder; each leaves it whole.

The cluster is the example payments-eu with the addresses of the bed; its backup job runs as a pod and uploads to a locked bucket.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from compiler.plan import naming
from tests.real.examples import Example, Object, compile_changed
from tests.real.harness.kubeadm import ADMIN, VERSION, Kubeadm, tools_image
from tests.real.harness.machine import Machine
from tests.real.harness.s3 import READER, WRITER
from tests.real.page import PageRun
from tests.real.record import Record, versions
from tests.real.snapshot_bed import BUCKET, LOCK, new_identity, new_signer
from tests.real.snapshot_job import image_programs

CLUSTER = "payments-eu"
NAMESPACE, JOB, SECRET = "kedge-backup", "etcd-snapshot", "offsite-writer"


@dataclass(kw_only=True)
class Protected:
    """The cluster, what kedge compiles for it, and a break-glass identity."""

    cluster: Kubeadm
    example: Example
    identity: Path
    record: Record

    def open(self, name: str) -> PageRun:
        """A page as printed; steps that succeed are claimed for kubeadm."""
        return PageRun(
            self.example.output[f"runbooks/{name}.md"],
            record=self.record,
            distribution="kubeadm",
            versions=versions("kubernetes", "etcd"),
        )

    def take_snapshot(self) -> None:
        """Runs the backup job once, now, as a pod."""
        run = ("-n", NAMESPACE)
        self.cluster.kubectl(*run, "delete", "job", "now", "--ignore-not-found")
        self.cluster.kubectl(*run, "create", "job", "now", f"--from=cronjob/{JOB}")
        self.cluster.kubectl(*run, "wait", "job/now", "--for=condition=Complete", "--timeout=150s")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Kubeadm]:
    with Kubeadm(control_planes=3, workers=1) as made:
        made.create()
        yield made


@pytest.fixture(scope="session")
def protected(cluster: Kubeadm, record: Record, tmp_path_factory: pytest.TempPathFactory) -> Protected:
    """The output is applied, the bucket and the writer's Secret exist."""
    folder = tmp_path_factory.mktemp("protected")
    identity = folder / "identity.txt"
    recipient = new_identity(identity)
    signer = new_signer("bed", folder / "signer")
    image = cluster.add_image(tools_image(image_programs()))
    cluster.store.create_bucket(BUCKET, LOCK)
    authority = cluster.store.endpoint.authority
    assert authority is not None

    def describe(spec: Object) -> None:
        known = {machine.name: machine.address for machine in cluster.machines}
        hosts = {name: host for name, host in spec["hosts"].items() if name in known}
        spec["hosts"] = {name: host | {"address": known[name]} for name, host in hosts.items()}
        spec["pools"]["workers"]["hosts"] = [machine.name for machine in cluster.workers]
        spec["distribution"] = {"name": "kubeadm", "version": VERSION.removeprefix("v")}
        spec["identity"] |= {"endpoint": f"https://{cluster.endpoint}", "caFingerprint": fingerprint(cluster)}
        spec["controlPlane"]["endpoint"]["vip"] = cluster.endpoint.partition(":")[0]
        spec["keys"] = {
            "breakGlass": {"safe-a": {"age": recipient}},
            "snapshotSigners": {signer.name: {"ssh": f"ssh-ed25519 {signer.key}"}},
        }
        spec["locations"] = {
            "offsite": {
                "endpoint": cluster.store.url,
                "region": cluster.store.region,
                "bucket": BUCKET,
                "ca": authority.read_text(),
            }
        }
        spec["backups"]["etcd"]["cronJob"] = {"image": image}

    example = compile_changed(CLUSTER, folder, describe)
    made = Protected(cluster=cluster, example=example, identity=identity, record=record)
    _apply(made)
    _create_secrets(cluster.workstation, folder / "signer" / naming.SIGNING_KEY)
    cluster.workstation.exported = {
        "AWS_ACCESS_KEY_ID": READER.access,
        "AWS_SECRET_ACCESS_KEY": READER.secret,
    }
    return made


def fingerprint(cluster: Kubeadm) -> str:
    """SHA-256 of the public key of the cluster's CA, as kubeadm prints it for joins."""
    key = "openssl x509 -noout -pubkey -in /etc/kubernetes/pki/ca.crt | openssl pkey -pubin -outform der | sha256sum"
    return f"sha256:{cluster.control_planes[0].check('sh', '-c', key).split()[0]}"


def api_answers(machine: Machine) -> bool:
    """Whether the API server of a control plane is ready."""
    return machine.run("kubectl", "--kubeconfig", ADMIN, "get", "--raw=/readyz", "--request-timeout=5s").returncode == 0


def _apply(made: Protected) -> None:
    desk = made.cluster.workstation
    made.example.write(desk.disk / "plain/root/generated")
    for layer in ("base", "backup/control-plane"):
        desk.check("kubectl", "apply", "--server-side", "-k", f"/root/generated/{layer}")


def _create_secrets(desk: Machine, signing_key: Path) -> None:
    """The Secrets that the index page lists, by the commands of the README."""
    desk.write("/root/signing-key", signing_key.read_text())
    create = ("kubectl", "-n", NAMESPACE, "create", "secret", "generic")
    desk.check(*create, naming.SIGNING_SECRET, f"--from-file={naming.SIGNING_KEY}=/root/signing-key")
    keys = (f"--from-literal=access-key-id={WRITER.access}", f"--from-literal=secret-access-key={WRITER.secret}")
    desk.check(*create, SECRET, *keys)
