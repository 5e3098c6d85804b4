"""One etcd member of several is lost for good and quorum holds: replace it before a second one is lost."""

from compiler.plan.plan import Plan
from compiler.runbooks import hosts, proof
from compiler.runbooks.chapter import STOP, Chapter, Run, Step
from compiler.runbooks.shell import fill

# Losing one of fewer than three is losing quorum, which is another chapter.
LEAST = 3

_FIRST = fill("""
kubectl -n kube-system get pods -l component=etcd -o wide \\
  --request-timeout=20s
""")
_LOOK = """
etcdctl member list -w table --command-timeout=10s
etcdctl member list --command-timeout=10s > members
: > down
while IFS=', ' read -r ID _ NAME _ URL _; do
  ETCDCTL_ENDPOINTS="$URL" timeout 20 etcdctl endpoint health \\
    --command-timeout=10s < /dev/null || echo "$ID $NAME" >> down
done < members
echo 'down:' && cat down
"""
_SAVE = """
timeout 300 etcdctl --command-timeout=290s snapshot save before.db
rm -rf /root/kedge/scratch
timeout 300 etcdutl snapshot restore before.db --data-dir scratch &&
  echo 'OK: the snapshot can be restored'
rm -rf /root/kedge/scratch
"""
_WAIT = """
timeout 600 sh -c 'until etcdctl --command-timeout=5s \\
  endpoint health --cluster; do sleep 15; done' &&
  echo 'OK: every member is back'
"""
_FILES = """
grep -h -A 2 'hostPath:' /etc/kubernetes/manifests/kube-apiserver.yaml |
  sed -n 's/^ *path: //p' | grep -v '^/etc/kubernetes/pki$'
"""
_REMOVE = """
read -r ID NAME < down
printf 'Type the name of the member to remove (%s is down): ' "$NAME"
if read -r ANSWER && [ "$ANSWER" = "$NAME" ] && [ -s before.db ] &&
  [ "$(wc -l < down)" -eq 1 ]; then
  timeout 30 etcdctl --command-timeout=20s member remove "$ID" &&
    echo "$NAME" > lost
  etcdctl member list -w table --command-timeout=10s
fi
"""
_NODE = """
kubectl delete node "$(cat lost)" --request-timeout=60s --wait=false
kubectl get nodes --request-timeout=30s
"""
_INVITE = """
KEY=$(timeout 120 kubeadm init phase upload-certs --upload-certs |
  tail -n 1)
JOIN=$(timeout 60 kubeadm token create --ttl 2h \\
  --certificate-key "$KEY" --print-join-command)
printf '%s --node-name %s\\n' "$JOIN" "$(cat lost)"
"""
_EMPTY = """
timeout 10 curl --silent http://127.0.0.1:2381/health
ls /etc/kubernetes/manifests /var/lib/etcd
printf 'Type the name of the LOST host to empty this machine: '
if read -r ANSWER && [ "$ANSWER" = "$(hostname)" ] &&
  ! timeout 10 curl --silent http://127.0.0.1:2381/health |
    grep -q true; then
  [ ! -e /var/lib/etcd/member ] || mv /var/lib/etcd/member \\
    "/root/etcd-member-$(date -u +%Y%m%dT%H%M%SZ)"
  timeout 300 kubeadm reset --force
fi
"""
_JOIN = """
printf 'Paste the line that the last step printed: '
if read -r JOIN; then
  timeout 600 sh -c "$JOIN"
fi
"""
_CHECK = """
timeout 300 sh -c 'until etcdctl --command-timeout=5s \\
  endpoint health --cluster; do sleep 10; done'
timeout 30 etcdctl endpoint status --cluster -w table
timeout 30 etcdctl member list -w table
kubectl get nodes --request-timeout=30s
"""
_CLEAN = """
printf 'Type @cluster@ to remove the snapshot of before: '
if read -r ANSWER && [ "$ANSWER" = @cluster@ ]; then
  shred -u /root/kedge/before.db && rm -f /root/kedge/lost \\
    /root/kedge/down /root/kedge/members /root/kedge/all \\
    /root/kedge/admin.conf
fi
"""


def chapter(plan: Plan) -> Chapter | None:
    """Return the chapter, or None where kedge does not know etcd or one lost member is a lost quorum."""
    if not hosts.stacked(plan) or len(plan.topology.members) < LEAST:
        return None
    steps = (
        hosts.identity(plan, "one", "R-MEMBER-01"),
        hosts.tools(plan, "one", "R-MEMBER-02"),
        Step("R-MEMBER-03", "read-only", 2, hosts.on(plan, "one", _LOOK)),
        Step("R-MEMBER-04", "read-only", 3, hosts.on(plan, "one", _SAVE)),
        Step("R-MEMBER-05", "read-only", 10, hosts.on(plan, "one", _WAIT), "R-MEMBER-06"),
        Step("R-MEMBER-06", "read-only", 2, hosts.on(plan, "one", _FILES), "R-MEMBER-07"),
        Step("R-MEMBER-07", "destructive", 2, hosts.on(plan, "one", _REMOVE)),
        Step("R-MEMBER-08", "changing", 1, hosts.on(plan, "one", _NODE), "R-MEMBER-09"),
        Step("R-MEMBER-09", "destructive", 5, (Run("new", (), fill(_EMPTY)),)),
        Step("R-MEMBER-10", "changing", 3, hosts.on(plan, "one", _INVITE)),
        Step("R-MEMBER-11", "changing", 10, (Run("new", (), fill(_JOIN)),), "R-MEMBER-09"),
        Step("R-MEMBER-12", "read-only", 5, hosts.on(plan, "one", _CHECK)),
        proof.new_pods(plan, "R-MEMBER-13", STOP),
        Step("R-MEMBER-14", "destructive", 2, hosts.on(plan, "one", _CLEAN)),
    )
    return Chapter(
        "etcd_member_lost", plan.promise.control_plane.rto if plan.promise.control_plane else None, _FIRST, steps
    )
