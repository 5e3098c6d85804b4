"""The shell of a restore of etcd on control-plane hosts, in the order of use. Constant text: what differs comes from the env file.

`etcdctl` and `etcdutl` read their endpoints and certificates from the environment; a flag beside the variable is refused
(etcd 3.6), so another endpoint is given by another variable.
"""

LOOK = """
timeout 20 crictl ps -a --name '^etcd$'
timeout 30 etcdctl --command-timeout=10s endpoint status -w table
timeout 30 etcdctl --command-timeout=10s endpoint health
"""
_SAVED = """
if [ -s survivor.new ] &&
  timeout 300 etcdutl snapshot restore survivor.new --data-dir scratch &&
  etcdutl snapshot status scratch/member/snap/db -w json |
    sed 's/.*"revision":\\([0-9]*\\).*/\\1/' > survivor.revision; then
  mv /root/kedge/survivor.new /root/kedge/survivor.db &&
    cat survivor.revision
  echo "OK: $HOST is saved"
fi
rm -rf /root/kedge/scratch
"""
SAVE = """
rm -rf /root/kedge/scratch /root/kedge/survivor.new
timeout 300 etcdctl --command-timeout=290s snapshot save survivor.new
""" + _SAVED.strip("\n")
WAIT = """
timeout 600 sh -c 'until etcdctl --command-timeout=5s endpoint health
  do sleep 10; done' && echo 'OK: quorum is back'
"""
CLOSE = """
printf 'Type @cluster@ to stop the control plane on this host: '
if read -r ANSWER && [ "$ANSWER" = @cluster@ ] && [ -s host ]; then
  for TABLES in iptables ip6tables; do
    while read -r PORT; do
      "$TABLES" -w 10 -I INPUT -p tcp --dport "$PORT" ! -i lo \\
        -m comment --comment kedge -j REJECT
    done < ports
  done
  for NAME in kube-apiserver kube-controller-manager \\
    kube-scheduler etcd; do
    mv "/etc/kubernetes/manifests/$NAME.yaml" \\
      /root/kedge/manifests/
  done
  timeout 180 sh -c 'until crictl ps -q > running \\
    --name "^(etcd|kube-(apiserver|controller-manager|scheduler))$" &&
    [ ! -s running ]; do sleep 3; done' && echo 'OK: all are stopped'
fi
"""
COPY = """
if [ ! -s survivor.db ] && [ -d /var/lib/etcd/member ]; then
  rm -rf /root/kedge/copy /root/kedge/scratch /root/kedge/survivor.new
  cp -a /var/lib/etcd /root/kedge/copy
  timeout 900 etcd --name "$HOST" --data-dir copy \\
    --force-new-cluster --listen-peer-urls http://127.0.0.1:12380 \\
    --listen-client-urls http://127.0.0.1:12379 \\
    --advertise-client-urls http://127.0.0.1:12379 > copy.log 2>&1 &
  COPY=$!
  timeout 120 sh -c 'until curl --silent --max-time 5 \\
    http://127.0.0.1:12379/health | grep -q true; do sleep 2; done'
  timeout 300 env -u ETCDCTL_CACERT -u ETCDCTL_CERT -u ETCDCTL_KEY \\
    ETCDCTL_ENDPOINTS=http://127.0.0.1:12379 etcdctl \\
    --command-timeout=290s snapshot save survivor.new
  kill "$COPY"
fi
""" + _SAVED.strip("\n")
ASIDE = """
printf 'Type @cluster@ to move the data of etcd aside: '
if read -r ANSWER && [ "$ANSWER" = @cluster@ ] && [ -s chosen.db ] &&
  timeout 20 crictl ps -q --name '^(etcd|kube-apiserver)$' > running &&
  [ ! -s running ]; then
  STAMP=$(date -u +%Y%m%dT%H%M%SZ)
  if [ ! -e /var/lib/etcd/member ]; then
    echo 'OK: nothing is there'
  elif mountpoint -q /var/lib/etcd; then
    mkdir -m 0700 "/var/lib/etcd/aside-$STAMP"
    mv /var/lib/etcd/member "/var/lib/etcd/aside-$STAMP/member"
  else
    mv /var/lib/etcd "/var/lib/etcd.aside-$STAMP"
  fi
  ls -d /var/lib/etcd*
fi
"""
RESTORE = """
rm -rf /root/kedge/restored
TOKEN=kedge-$(sha256sum < chosen.db | cut -c 1-16)
if [ -s host ] && [ -s chosen.db ] && [ ! -e /var/lib/etcd/member ]; then
  timeout 900 etcdutl snapshot restore chosen.db --data-dir restored \\
    --name "$HOST" --initial-cluster "$CLUSTER" \\
    --initial-advertise-peer-urls "https://$ADDRESS:2380" \\
    --initial-cluster-token "$TOKEN" \\
    --bump-revision 1000000000 --mark-compacted &&
    mkdir -p /var/lib/etcd && chmod 0700 /var/lib/etcd &&
    mv /root/kedge/restored/member /var/lib/etcd/member &&
    echo "OK: $HOST is restored, token $TOKEN"
fi
"""
START_ETCD = """
mv /root/kedge/manifests/etcd.yaml /etc/kubernetes/manifests/
ls -l /etc/kubernetes/manifests
"""
CHECK = """
timeout 240 sh -c 'until etcdctl --command-timeout=5s \\
  endpoint health --cluster; do sleep 5; done'
timeout 30 etcdctl endpoint status --cluster -w table
timeout 30 etcdctl member list -w table
"""
LEASES = """
timeout 30 etcdctl get --prefix --keys-only /registry/masterleases/
timeout 30 etcdctl del --prefix /registry/masterleases/
"""
SERVE_FIRST = """
mv /root/kedge/manifests/kube-apiserver.yaml /etc/kubernetes/manifests/
timeout 240 sh -c 'until kubectl get --raw=/readyz \\
  --request-timeout=5s; do sleep 5; done'
kubectl get nodes --request-timeout=30s
"""
ZERO = """
FLUX=@flux@
VELERO=@velero@
kubectl get deployments -A --request-timeout=30s --no-headers \\
  -o custom-columns="A:.metadata.namespace,B:.metadata.name,\\
C:.spec.replicas" | awk -v f="$FLUX" -v v="$VELERO" '$3 > 0 &&
    ($1 == f || $1 == v || $2 ~ /autoscaler/)' > zero.new
[ -s zero ] || mv /root/kedge/zero.new /root/kedge/zero
kubectl get replicasets -A --request-timeout=30s --no-headers \\
  -o custom-columns="A:.metadata.namespace,B:.metadata.name,\\
C:.metadata.ownerReferences[0].name" |
  awk 'NR == FNR { d[$1, $2]; next } ($1, $3) in d' zero - > zero-sets
kubectl get pods -A --request-timeout=30s --no-headers \\
  -o custom-columns="A:.metadata.namespace,B:.metadata.name,\\
C:.metadata.ownerReferences[0].name" |
  awk 'NR == FNR { s[$1, $2]; next } ($1, $3) in s' zero-sets - > zero-pods
while read -r IN NAME _; do
  kubectl -n "$IN" scale deployment "$NAME" --replicas=0 \\
    --request-timeout=30s < /dev/null
done < zero
while read -r IN NAME _; do
  kubectl -n "$IN" scale replicaset "$NAME" --replicas=0 \\
    --request-timeout=30s < /dev/null
done < zero-sets
while read -r IN NAME _; do
  kubectl -n "$IN" delete pod "$NAME" --grace-period=0 --force \\
    --wait=false --request-timeout=30s < /dev/null
done < zero-pods
cat zero
"""
SERVE_REST = """
mv /root/kedge/manifests/kube-apiserver.yaml /etc/kubernetes/manifests/
timeout 240 sh -c 'until kubectl get --raw=/readyz \\
  --request-timeout=5s; do sleep 5; done'
"""
OPEN = """
for TABLES in iptables ip6tables; do
  while read -r PORT; do
    "$TABLES" -w 10 -D INPUT -p tcp --dport "$PORT" ! -i lo \\
      -m comment --comment kedge -j REJECT
  done < ports
  "$TABLES" -w 10 -S INPUT | grep 'comment kedge' &&
    echo 'STOP: the door is still closed'
done
"""
START_CONTROLLERS = """
mv /root/kedge/manifests/kube-controller-manager.yaml \\
  /root/kedge/manifests/kube-scheduler.yaml /etc/kubernetes/manifests/
ls /etc/kubernetes/manifests
"""
NODES = """
kubectl get nodes --request-timeout=30s
kubectl get csr --request-timeout=30s
kubectl -n default get endpointslices --request-timeout=30s \\
  -l kubernetes.io/service-name=kubernetes
kubectl get pods -A --request-timeout=30s \\
  --field-selector=status.phase!=Running,status.phase!=Succeeded
"""
WAKE = """
FLUX=@flux@
awk -v f="$FLUX" '$1 != f' zero > order
awk -v f="$FLUX" '$1 == f' zero >> order
while read -r IN NAME REPLICAS; do
  kubectl -n "$IN" scale deployment "$NAME" \\
    --replicas="$REPLICAS" --request-timeout=30s < /dev/null
done < order
"""
SNAPSHOT = """
JOB=after-restore-$(date -u +%Y%m%d%H%M%S)
kubectl -n @namespace@ create job "$JOB" \\
  --from=cronjob/@job@ --request-timeout=30s
kubectl -n @namespace@ wait "job/$JOB" \\
  --for=condition=Complete --timeout=@seconds@s
"""
CLEAN = """
ls -d /var/lib/etcd.aside-* /var/lib/etcd/aside-* 2> /dev/null
printf 'Type @cluster@ to remove the old data of this host: '
if read -r ANSWER && [ "$ANSWER" = @cluster@ ]; then
  rm -rf /var/lib/etcd.aside-* /var/lib/etcd/aside-* \\
    /root/kedge/copy
  find /root/kedge -maxdepth 1 -type f -name '*.db' \\
    -exec shred -u {} +
  rm -f /root/kedge/admin.conf /root/kedge/zero \\
    /root/kedge/zero-sets /root/kedge/zero-pods
fi
"""
