PODS='kube-apiserver kube-controller-manager kube-scheduler etcd'
NAMES='^(etcd|kube-(apiserver|controller-manager|scheduler))$'
TABLES=iptables
! grep -q . /proc/net/if_inet6 2> /dev/null || TABLES="iptables ip6tables"
for TABLE in $TABLES; do
  command -v "$TABLE" || stop "$TABLE is missing: the API cannot be blocked"
done
[ -s ports ] || stop "the ports of the API are not known on $HOST"
for POD in $PODS; do
  [ -s "$STATIC_PODS/$POD.yaml" ] || [ -s "manifests/$POD.yaml" ] ||
    stop "$HOST has no manifest of $POD"
done
confirm "$CLUSTER" "This blocks the API and stops the control plane on $HOST."
for TABLE in $TABLES; do
  while read -r PORT; do
    "$TABLE" -w 10 -C INPUT -p tcp --dport "$PORT" ! -i lo \
      -m comment --comment kedge -j REJECT 2> /dev/null ||
      "$TABLE" -w 10 -I INPUT -p tcp --dport "$PORT" ! -i lo \
        -m comment --comment kedge -j REJECT
  done < ports
done
for POD in $PODS; do
  [ ! -e "$STATIC_PODS/$POD.yaml" ] || mv "$STATIC_PODS/$POD.yaml" manifests/
done
stopped() {
  timeout 20 crictl ps -q --name "$NAMES" > running && [ ! -s running ]
}
LEFT=60
until stopped || [ "$LEFT" = 0 ]; do
  [ $((LEFT % 15)) -ne 0 ] || echo "... the kubelet has $LEFT s left"
  sleep 5
  LEFT=$((LEFT - 5))
done
while read -r ID; do
  timeout 30 crictl stop --timeout 20 "$ID" < /dev/null || true
done < running
wait_for "the containers of the control plane stop" 60 stopped
ok "the control plane of $HOST is stopped"
