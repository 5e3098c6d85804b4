"""kubeadm with stacked etcd: everything is a static pod. Paths and ports are kubeadm's constants (cmd/kubeadm/app/constants)."""

from compiler.distributions.capabilities import (
    ClientFiles,
    ControlPlaneFiles,
    Distribution,
    EtcdAccess,
    ImageTools,
    NodeJoin,
    StaticPods,
)

_MANIFESTS = "/etc/kubernetes/manifests"
_PKI = "/etc/kubernetes/pki"
_LIST = "crictl ps -q"
_KUBELET = "kubelet"

CONTROL_PLANE = StaticPods(
    folder=_MANIFESTS,
    components=("kube-apiserver", "kube-controller-manager", "kube-scheduler"),
    list_running=_LIST,
    kubelet_unit=_KUBELET,
)
FILES = ControlPlaneFiles(admin_config="/etc/kubernetes/admin.conf", pki=_PKI, ca=f"{_PKI}/ca.crt")
JOIN = NodeJoin("kubeadm")

STACKED = Distribution(
    name="kubeadm",
    meaning="you hold etcd and the certificates",
    control_plane=CONTROL_PLANE,
    files=FILES,
    etcd=EtcdAccess(
        placement="stacked",
        runs_as=StaticPods(folder=_MANIFESTS, components=("etcd",), list_running=_LIST, kubelet_unit=_KUBELET),
        client_port=2379,
        peer_port=2380,
        health="http://127.0.0.1:2381/health",
        client=ClientFiles(f"{_PKI}/etcd/ca.crt", f"{_PKI}/etcd/server.crt", f"{_PKI}/etcd/server.key"),
        # kubeadm makes this pair for the health check of its own static pod. The folder also holds the key of etcd's CA
        # and is never mounted as a whole.
        backup_client=ClientFiles(
            f"{_PKI}/etcd/ca.crt", f"{_PKI}/etcd/healthcheck-client.crt", f"{_PKI}/etcd/healthcheck-client.key"
        ),
        data="/var/lib/etcd",
        owner="root:root",
        tools=ImageTools("ctr -n k8s.io images mount", "ctr -n k8s.io images unmount --rm", "usr/local/bin"),
    ),
    join=JOIN,
    runners=("cronJob", "hostTimer"),
)
