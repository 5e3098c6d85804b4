"""kubeadm's control plane over etcd on hosts of its own, where each member is a systemd service: the shape that kubespray makes.

Source: kubespray roles/etcd/templates (etcd.env.j2, etcd-host.service.j2, make-ssl-etcd.sh.j2), read 2026-08. `{host}` is its
inventory name of the host, which the spec's host must be called.
"""

from compiler.distributions import kubeadm
from compiler.distributions.capabilities import HOST, BinaryTools, ClientFiles, Distribution, EtcdAccess, SystemdUnit

_PKI = "/etc/ssl/etcd/ssl"
_ADMIN = ClientFiles(f"{_PKI}/ca.pem", f"{_PKI}/admin-{HOST}.pem", f"{_PKI}/admin-{HOST}-key.pem")

EXTERNAL = Distribution(
    name=kubeadm.STACKED.name,
    meaning=kubeadm.STACKED.meaning,
    control_plane=kubeadm.CONTROL_PLANE,
    files=kubeadm.FILES,
    etcd=EtcdAccess(
        placement="external",
        runs_as=SystemdUnit(unit="etcd", environment="/etc/etcd.env"),
        client_port=2379,
        peer_port=2380,
        health=None,
        client=_ADMIN,
        backup_client=_ADMIN,
        data="/var/lib/etcd",
        owner="etcd:etcd",
        tools=BinaryTools("/usr/local/bin"),
    ),
    join=kubeadm.JOIN,
    runners=("hostTimer",),
)
