local_curl() {
  timeout 10 curl --disable --noproxy '*' --silent --max-time 5 "$@"
}
etcd_runs() {
  for PORT in 2381 2379; do
    CODE=0
    local_curl --output ./probe "http://127.0.0.1:$PORT/livez" || CODE=$?
    case $PORT:$CODE in
    *:0 | 2379:1 | 2379:28 | 2379:52 | 2379:56) return 0 ;;
    *:7) ;;
    *) stop "curl cannot tell if etcd runs here: port $PORT, exit code $CODE" ;;
    esac
  done
  return 1
}
ls "$STATIC_PODS" "$ETCD_DATA" 2> /dev/null || true
printf 'Type the name of the member that was removed from etcd: '
read -r LOST || LOST=
case " $(echo "$MEMBERS" | sed 's/=[^ ]*//g') " in
*" ${LOST:-/} "*) ;;
*) stop "no member of $CLUSTER has this name" ;;
esac
FOUND=$(sed -n 's/^ *- --name=//p' "$STATIC_PODS/etcd.yaml" 2> /dev/null |
  head -n 1)
FOUND=${FOUND:-$(hostname)}
[ "$FOUND" = "$LOST" ] || [ "${FOUND%%.*}" = "$LOST" ] ||
  [ "$FOUND" = "${LOST%%.*}" ] ||
  stop "this host is $FOUND, not $LOST: nothing is removed from it"
! etcd_runs || stop "etcd runs here: this is a live member"
if [ -e "$ETCD_DATA/member" ] || [ -e "$STATIC_PODS/etcd.yaml" ]; then
  timeout 20 crictl ps -q --name '^etcd$' > running ||
    stop "crictl does not say if etcd runs here"
  [ ! -s running ] || stop "etcd runs here: this is a live member"
fi
confirm "$LOST" "This removes Kubernetes from this host, $(hostname)."
STAMP=$(date -u +%Y%m%dT%H%M%SZ)
[ ! -e "$ETCD_DATA/member" ] ||
  mv "$ETCD_DATA/member" "$PWD/etcd-member-$STAMP"
during "resetting" timeout 300 kubeadm reset --force
{
  echo '. ./functions'
  setting CLUSTER "$CLUSTER"
} > ./env
ok "this host is empty"
