block_api
NAMES='^(etcd|kube-(apiserver|controller-manager|scheduler))$'
[ -s chosen.db ] || stop "chosen.db is missing on $HOST: send the data first"
timeout 20 crictl ps -q --name "$NAMES" > running
[ ! -s running ] || stop "the control plane of $HOST still runs"
confirm "$CLUSTER" "This moves the etcd data of $HOST aside."
STAMP=$(date -u +%Y%m%dT%H%M%SZ)
if [ ! -e "$ETCD_DATA/member" ]; then
  ok "$HOST has no etcd data to move"
elif mountpoint -q "$ETCD_DATA"; then
  mkdir -m 0700 "$ETCD_DATA/aside-$STAMP"
  mv "$ETCD_DATA/member" "$ETCD_DATA/aside-$STAMP/member"
  ok "the etcd data of $HOST is in $ETCD_DATA/aside-$STAMP"
else
  mv "$ETCD_DATA" "$ETCD_DATA.aside-$STAMP"
  ok "the etcd data of $HOST is in $ETCD_DATA.aside-$STAMP"
fi
