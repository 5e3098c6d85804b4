ls "$STATIC_PODS" "$ETCD_DATA" 2> /dev/null || true
! timeout 10 curl --silent --max-time 5 http://127.0.0.1:2381/health |
  grep -q true || stop "etcd is healthy here: this is a live member"
confirm "$(hostname)" "This removes Kubernetes from this host."
STAMP=$(date -u +%Y%m%dT%H%M%SZ)
[ ! -e "$ETCD_DATA/member" ] ||
  mv "$ETCD_DATA/member" "$PWD/etcd-member-$STAMP"
during "resetting" timeout 300 kubeadm reset --force
{
  echo '. ./functions'
  setting CLUSTER "$CLUSTER"
} > ./env
ok "this host is empty"
