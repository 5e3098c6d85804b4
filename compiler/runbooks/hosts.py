"""Shared steps on control-plane hosts that kubeadm made: who is this host, and the tools that lie in etcd's own image.

Everything that these steps write lies in /root/kedge. Each later block begins with `. /root/kedge/env`, so that a shell
that was lost costs nothing. Which host it is comes from its own etcd manifest, never from where a person pasted; where it
was not found out, nothing of a later block runs. What is removed or moved has its whole path.
"""

from urllib.parse import urlsplit

from compiler.plan.plan import Plan
from compiler.plan.topology import Host
from compiler.runbooks.chapter import Place, Run, Step
from compiler.runbooks.shell import assign, fill, joined

HTTPS = 443

_IF = """
if . /root/kedge/env && [ "$PWD" = /root/kedge ] && [ -s host ]; then
"""
_ELSE = """
else
  echo 'STOP: nothing was done: paste the first two steps of this host'
fi
"""

_WHO = """
umask 077
mkdir -p /root/kedge/bin /root/kedge/manifests /root/kedge/image
HOST=$(cat /etc/kubernetes/manifests/etcd.yaml \\
  /root/kedge/manifests/etcd.yaml 2> /dev/null |
  sed -n 's/^ *- --name=//p' | head -n 1)
CA=$(openssl x509 -noout -pubkey -in /etc/kubernetes/pki/ca.crt |
  openssl pkey -pubin -outform der | sha256sum | cut -d ' ' -f 1)
ADDRESS=
case $HOST in
"""
_JUDGE = """
if [ -n "$ADDRESS" ] && [ "$CA" = "$WANT" ]; then
  printf "HOST=%s\\nADDRESS='%s'\\n" "$HOST" "$ADDRESS" > /root/kedge/host
  echo "OK: this is $HOST of @cluster@"
else
  rm -f /root/kedge/host
  echo "STOP: this is no control-plane host of @cluster@"
fi
"""
_ENV_BEGIN = """
cat > /root/kedge/env <<'END'
umask 077
cd /root/kedge && [ -s host ] && . /root/kedge/host || return 1
"""
_ENV_END = """
PATH=/root/kedge/bin:/usr/local/sbin:/usr/local/bin
export PATH=$PATH:/usr/sbin:/usr/bin:/sbin:/bin
export KUBECONFIG=/root/kedge/admin.conf
export ETCDCTL_ENDPOINTS=https://127.0.0.1:2379
export ETCDCTL_CACERT=/etc/kubernetes/pki/etcd/ca.crt
export ETCDCTL_CERT=/etc/kubernetes/pki/etcd/server.crt
export ETCDCTL_KEY=/etc/kubernetes/pki/etcd/server.key
END
"""
_UNPACK = """
cat /etc/kubernetes/manifests/*.yaml manifests/*.yaml > all 2> /dev/null
PORT=$(sed -n 's/^ *- --secure-port=//p' all | head -n 1)
printf '%s\\n' "$PORT" @port@ | sort -u > ports
sed "s|server: .*|server: https://$ADDRESS:$PORT|" \\
  /etc/kubernetes/admin.conf > admin.conf
IMAGE=$(sed -n 's|^ *image: *\\(.*/etcd:.*\\)|\\1|p' all | head -n 1)
timeout 60 ctr -n k8s.io images mount "$IMAGE" /root/kedge/image
cp image/usr/local/bin/etcd* bin/
timeout 60 ctr -n k8s.io images unmount --rm /root/kedge/image
etcdutl version
"""


def names(plan: Plan) -> tuple[str, ...]:
    """Return the names of the hosts that carry a member."""
    return tuple(member.name for member in plan.topology.members)


def url_host(member: Host) -> str:
    """Return a member's address as it stands in a URL."""
    return f"[{member.address}]" if ":" in member.address else member.address


def peer(member: Host) -> str:
    """Return a member's peer URL; 2380 is kubeadm's own constant."""
    return f"https://{url_host(member)}:2380"


def stacked(plan: Plan) -> bool:
    """Return whether etcd's members stand on the control-plane hosts, as the steps of this module need it."""
    return plan.topology.etcd is not None and plan.topology.etcd.placement == "stacked"


def on(plan: Plan, place: Place, text: str, **words: str) -> tuple[Run, ...]:
    """Return a block for the members' hosts that starts with what the tools step wrote."""
    return (Run(place, names(plan), _inside(fill(text, cluster=plan.cluster.name, **words))),)


def identity(plan: Plan, place: Place, step: str) -> Step:
    """Return the first step on a host: its name from its own manifest, the CA from its own disk."""
    choices = joined(
        *((*fill("  @name@)", name=m.name), f'    ADDRESS="{url_host(m)}" ;;') for m in plan.topology.members)
    )
    want = (
        assign("WANT", plan.cluster.ca_fingerprint.removeprefix("sha256:"))
        if plan.cluster.ca_fingerprint
        else ('WANT="$CA"',)
    )
    block = joined(fill(_WHO), choices, ("esac",), want, fill(_JUDGE, cluster=plan.cluster.name))
    return Step(step, "read-only", 3, (Run(place, names(plan), block),))


def tools(plan: Plan, place: Place, step: str) -> Step:
    """Return the step that takes etcd's tools from its image and writes down how to reach the local member and API."""
    members = joined(
        assign("CLUSTER", f"{plan.topology.members[0].name}={peer(plan.topology.members[0])}"),
        *map(_more, plan.topology.members[1:]),
    )
    port = urlsplit(plan.cluster.endpoint).port or HTTPS
    block = joined(fill(_ENV_BEGIN), members, fill(_ENV_END), _inside(fill(_UNPACK, port=str(port))))
    return Step(step, "read-only", 3, (Run(place, names(plan), block),))


def _inside(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return lines that run in /root/kedge on a host whose identity was checked and, anywhere else, not at all."""
    return joined(fill(_IF), lines, fill(_ELSE))


def _more(member: Host) -> tuple[str, ...]:
    return (*assign("MEMBER", f"{member.name}={peer(member)}"), 'CLUSTER="$CLUSTER,$MEMBER"')
