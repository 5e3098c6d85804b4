PODS='kube-apiserver kube-controller-manager kube-scheduler etcd'
NAMES='^(etcd|kube-(apiserver|controller-manager|scheduler))$'
cat > ./api-block <<'END'
NET=kedge-probe
IPV6=
! grep -q -v ' lo$' /proc/net/if_inet6 2> /dev/null || IPV6=yes
close_probe() {
  ip link del "$NET" 2> /dev/null || true
  ip netns del "$NET" 2> /dev/null || true
}
open_probe() {
  close_probe
  ip netns add "$NET" &&
    ip link add "$NET" type veth peer name probe netns "$NET" &&
    ip addr add 192.0.2.1/30 dev "$NET" &&
    ip link set "$NET" up &&
    ip -n "$NET" addr add 192.0.2.2/30 dev probe &&
    ip -n "$NET" link set probe up || return 1
  [ -z "$IPV6" ] ||
    { ip addr add 2001:db8::1/64 dev "$NET" nodad &&
      ip -n "$NET" addr add 2001:db8::2/64 dev probe nodad; }
}
set_nft() {
  nft -f - <<RULES
add table inet kedge
delete table inet kedge
table inet kedge {
  chain input {
    type filter hook input priority -10; policy accept;
    iifname != "lo" tcp dport { $(paste -s -d , ports) } \
      counter reject with tcp reset
  }
}
RULES
}
rule() {
  "$1" -w 10 "$2" INPUT -p tcp --dport "$3" ! -i lo \
    -m comment --comment kedge -j REJECT --reject-with tcp-reset
}
set_iptables() {
  for TABLE in iptables ${IPV6:+ip6tables}; do
    while read -r PORT; do
      rule "$TABLE" -C "$PORT" 2> /dev/null ||
        rule "$TABLE" -I "$PORT" || return 1
    done < ports
  done
}
refused_packets() {
  {
    nft list table inet kedge 2> /dev/null |
      sed -n 's/.*counter packets \([0-9]*\).*/\1/p'
    for TABLE in iptables ip6tables; do
      "$TABLE" -w 10 -nvxL INPUT 2> /dev/null |
        awk '/\/\* kedge \*\// { print $1 }'
    done
  } | awk '{ n += $1 } END { print n + 0 }'
}
refuses() {
  BEFORE=$(refused_packets)
  CODE=0
  timeout 10 ip netns exec "$NET" curl --disable --noproxy '*' --silent \
    --globoff --output ./probe --connect-timeout 5 "http://$1:$2/" || CODE=$?
  [ "$CODE" = 7 ] && [ "$(refused_packets)" -gt "$BEFORE" ]
}
refuses_all() {
  while read -r PORT; do
    refuses 192.0.2.1 "$PORT" < /dev/null || return 1
    [ -z "$IPV6" ] || refuses '[2001:db8::1]' "$PORT" < /dev/null || return 1
  done < ports
}
block_api() {
  [ -s ports ] || stop "the ports of the API are not known on $HOST"
  open_probe ||
    stop "the block of the API cannot be tried on $HOST: is iproute2 there?"
  BLOCKED_BY=
  for TOOL in nft iptables; do
    [ -n "$BLOCKED_BY" ] || ! command -v "$TOOL" > /dev/null ||
      ! "set_$TOOL" || ! refuses_all || BLOCKED_BY=$TOOL
  done
  close_probe
  [ -n "$BLOCKED_BY" ] ||
    stop "the API of $HOST is NOT blocked: other machines can write to it"
  echo "other machines cannot reach the API of $HOST (tried, $BLOCKED_BY)"
}
END
. ./api-block
for POD in $PODS; do
  [ -s "$STATIC_PODS/$POD.yaml" ] || [ -s "manifests/$POD.yaml" ] ||
    stop "$HOST has no manifest of $POD"
done
confirm "$CLUSTER" "This blocks the API and stops the control plane on $HOST."
block_api
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
