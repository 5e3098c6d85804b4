"""A real kubeadm cluster on machines of a bed: stacked etcd, a load balancer in front of the API, pods that run."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from tests.real.harness import toolchain
from tests.real.harness.images import Image
from tests.real.harness.machine import Machine, Switch
from tests.real.harness.netns import Namespace
from tests.real.harness.process import until
from tests.real.harness.s3 import S3
from tests.real.harness.tls import HTTPS, Authority, Endpoint
from tests.real.harness.toolchain import debian, tool

ROUTER, STORE, BALANCER = 1, 2, 10  # the switch's own addresses
TOOLS = "registry.example.net/kedge-tools"
ADMIN = "/etc/kubernetes/admin.conf"
REGISTRY = "registry.k8s.io"
ETCD_TAG = f"{toolchain.version('etcd').removeprefix('v')}-0"
VERSION = toolchain.version("kube-apiserver")
PROGRAMS = ("kubeadm", "kubectl", "kubelet")


def control_plane_images() -> list[Image]:
    """The images that a control plane runs, by the names that kubeadm gives them; etcd's has no shell, as upstream's."""
    parts = [
        Image(
            name=f"{REGISTRY}/{name}:{VERSION}",
            files={f"/usr/local/bin/{name}": tool(name)},
        )
        for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
    ]
    etcd = {f"/usr/local/bin/{name}": tool(name) for name in ("etcd", "etcdctl", "etcdutl")}
    return [
        *parts,
        Image(name=f"{REGISTRY}/etcd:{ETCD_TAG}", files=etcd),
        Image(name=f"{REGISTRY}/pause:3.10.1", files={"/pause": tool("pause")}, entrypoint=("/pause",)),
    ]


def tools_image(commands: Mapping[str, Path]) -> Image:
    """The image of the backup jobs: its recipe's commands with the libraries that they load, in place of the recipe's base."""
    files = {f"/usr/local/bin/{name}": source for name, source in commands.items()}
    for source in commands.values():
        files |= {path: Path(path) for path in _libraries(source)}
    files["/etc/ssl/certs/ca-certificates.crt"] = Path("/etc/ssl/certs/ca-certificates.crt")
    users = "root:x:0:0::/:/bin/false\nkedge:x:65532:65532::/nonexistent:/bin/false\n"
    return Image(name=f"{TOOLS}:bed", files=files, links={"/bin": "usr/local/bin"}, texts={"/etc/passwd": users})


def _libraries(program: Path) -> list[str]:
    """What the loader maps for a program, the loader itself included; nothing for a static one."""
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
    return re.findall(r"(/\S+) \(0x", listed)


class Kubeadm:
    """A cluster of control planes and workers. Use `create`; machines are `control_planes` and `workers`."""

    def __init__(self, control_planes: int, workers: int = 0) -> None:
        self.namespace = Namespace()
        self.switch = Switch(self.namespace)
        self.switch.address(ROUTER)
        self.endpoint = f"{self.switch.address(BALANCER)}:6443"
        self.control_planes = [self._machine(f"cp{n}", 10 + n) for n in range(1, control_planes + 1)]
        self.workers = [self._machine(f"w{n}", 20 + n) for n in range(1, workers + 1)]
        self.workstation = Machine(self.switch, "workstation", 30, ("kubectl",))

    def __enter__(self) -> Kubeadm:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def machines(self) -> list[Machine]:
        return [*self.control_planes, *self.workers]

    def create(self) -> None:
        """Starts every machine, makes a cluster on the first control plane and joins the others one after the other."""
        self._start_balancer()
        for machine in self.machines:
            self.prepare(machine)
        first, *others = self.control_planes
        first.write("/root/kubeadm.yaml", _configuration(first, self.endpoint))
        first.check(
            "kubeadm", "init", "--config", "/root/kubeadm.yaml", "--upload-certs", "--skip-phases=addon", timeout=300
        )
        for machine in others:
            self.join(machine, control_plane=True)
        for machine in self.workers:
            self.join(machine)
        self.wait_ready()
        self._start_workstation()

    def prepare(self, machine: Machine) -> None:
        """Powers an empty machine on and gives it its images and its part of the pod network."""
        self.power_on(machine)
        machine.write("/etc/cni/net.d/10-bed.conflist", json.dumps(_pod_network(machine.number)))
        until(lambda: machine.run("ctr", "version").returncode == 0, f"containerd of {machine.name}")
        for archive in self._archives:
            machine.check("ctr", "-n", "k8s.io", "images", "import", machine.share(archive))

    def power_on(self, machine: Machine) -> None:
        """Powers a machine on, with the routes to the pods of the others."""
        machine.power_on()
        for other in self.machines:
            if other is not machine:
                machine.check("ip", "route", "add", f"10.88.{other.number}.0/24", "via", other.address)

    def join(self, machine: Machine, *, control_plane: bool = False) -> None:
        """Joins a prepared machine by the command that the first machine in the cluster prints."""
        guide = next(one for one in self.control_planes if one is not machine and one.pid)
        command = guide.check("kubeadm", "token", "create", "--print-join-command").split()
        if control_plane:
            uploaded = guide.check("kubeadm", "init", "phase", "upload-certs", "--upload-certs")
            command += ["--control-plane", "--certificate-key", uploaded.split()[-1]]
        machine.check(*command, "--node-name", machine.name, timeout=300)

    def kubectl(self, *arguments: str, input: str = "") -> str:
        """Runs kubectl as administrator on the first control plane that is on; it must succeed."""
        machine = next(one for one in self.control_planes if one.pid)
        return machine.check("env", f"KUBECONFIG={ADMIN}", "kubectl", *arguments, input=input)

    def wait_ready(self, timeout: float = 180) -> None:
        """Waits until every node is Ready."""

        def ready() -> bool:
            conditions = '{.items[*].status.conditions[?(@.type=="Ready")].status}'
            return self.kubectl("get", "nodes", "-o", f"jsonpath={conditions}").split() == ["True"] * len(self.machines)

        until(ready, "every node is Ready", timeout=timeout, pause=1)

    def trust(self, machine: Machine) -> None:
        """Lets the workstation log in to a machine as root, which it knows by its host key."""
        key = self.workstation.check("cat", "/root/.ssh/id_ed25519.pub")
        machine.write("/root/.ssh/authorized_keys", key)
        self.workstation.run("ssh-keygen", "-R", machine.address)
        until(lambda: bool(self._scan(machine)), f"ssh of {machine.name}")
        known = self.workstation.run("cat", "/root/.ssh/known_hosts").stdout
        self.workstation.write("/root/.ssh/known_hosts", known + self._scan(machine))

    def close(self) -> None:
        for machine in [*self.machines, self.workstation]:
            machine.power_off()
        self.namespace.close()

    @cached_property
    def store(self) -> S3:
        """An S3 server on another address, by TLS of a private authority."""
        address = self.switch.address(STORE)
        authority = Authority.create(self.namespace.folder / "store-ca", "store")
        pair = authority.issue("store", f"/CN={address}", address=address)
        return S3(self.namespace, Endpoint(address, address, HTTPS, pair, authority.certificate)).start()

    def add_image(self, image: Image) -> str:
        """Imports an image on every machine and returns its name with the digest, by which pods find it there."""
        archive = self.namespace.folder / "added.tar"
        name = f"{image.name.rpartition(':')[0]}@{image.write(archive)}"
        for machine in self.machines:
            machine.check("ctr", "-n", "k8s.io", "images", "import", machine.share(archive))
            machine.check("ctr", "-n", "k8s.io", "images", "tag", "--force", image.name, name)
        return name

    @cached_property
    def _archives(self) -> list[Path]:
        folder = self.namespace.folder / "images"
        folder.mkdir()
        archives = []
        for image in control_plane_images():
            archive = folder / f"{re.sub('[^a-z0-9.-]', '-', image.name)}.tar"
            image.write(archive)
            archives.append(archive)
        return archives

    def _machine(self, name: str, number: int) -> Machine:
        return Machine(self.switch, name, number, PROGRAMS)

    def _scan(self, machine: Machine) -> str:
        return self.workstation.run("ssh-keyscan", "-t", "ed25519", machine.address).stdout

    def _start_workstation(self) -> None:
        self.workstation.power_on()
        self.workstation.check("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "/root/.ssh/id_ed25519")
        for machine in self.machines:
            self.trust(machine)
        self.workstation.write("/root/.kube/config", self.control_planes[0].check("cat", ADMIN))

    def _start_balancer(self) -> None:
        servers = "".join(
            f"    server {m.name} {m.address}:6443 check inter 1s fall 2 rise 1\n" for m in self.control_planes
        )
        configuration = self.namespace.folder / "haproxy.cfg"
        configuration.write_text(_BALANCER.format(endpoint=self.endpoint, servers=servers))
        self.namespace.start("haproxy", [debian("haproxy"), "-db", "-f", configuration])


_BALANCER = """defaults
    mode tcp
    timeout connect 2s
    timeout client 1h
    timeout server 1h
frontend api
    bind {endpoint}
    default_backend control-planes
backend control-planes
    option tcp-check
{servers}"""


def _configuration(machine: Machine, endpoint: str) -> str:
    """kubeadm's configuration of the first control plane; it is in the cluster afterwards, where joins read it."""
    documents: Sequence[dict[str, object]] = [
        {
            "apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "InitConfiguration",
            "localAPIEndpoint": {"advertiseAddress": machine.address},
            "nodeRegistration": {
                "name": machine.name,
                "criSocket": "unix:///run/containerd/containerd.sock",
                "imagePullPolicy": "Never",
            },
        },
        {
            "apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "ClusterConfiguration",
            "kubernetesVersion": VERSION,
            "controlPlaneEndpoint": endpoint,
            "imageRepository": REGISTRY,
            "etcd": {"local": {"imageTag": ETCD_TAG}},
            "networking": {"podSubnet": "10.88.0.0/16"},
        },
        {
            "apiVersion": "kubelet.config.k8s.io/v1beta1",
            "kind": "KubeletConfiguration",
            "failCgroupV1": False,
            "cgroupDriver": "cgroupfs",
            "imageGCHighThresholdPercent": 100,
            "imageMinimumGCAge": "1h",
            "evictionHard": {"memory.available": "10Mi", "nodefs.available": "1%", "imagefs.available": "1%"},
        },
    ]
    return "\n---\n".join(json.dumps(document) for document in documents)


def _pod_network(number: int) -> dict[str, object]:
    bridge = {
        "type": "bridge",
        "bridge": "cni0",
        "isGateway": True,
        "ipMasq": True,
        "ipam": {
            "type": "host-local",
            "ranges": [[{"subnet": f"10.88.{number}.0/24"}]],
            "routes": [{"dst": "0.0.0.0/0"}],
        },
    }
    return {
        "cniVersion": "0.4.0",
        "name": "bed",
        "plugins": [bridge, {"type": "portmap", "capabilities": {"portMappings": True}}],
    }
