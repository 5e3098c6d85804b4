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
free_space() {
  FREE=$(df -Pk . | awk 'NR == 2 { print $4 }')
  NEEDED=$(du -sk "$ETCD_DATA" | awk '{ print $1 * 3 }')
  [ "$FREE" -gt "$NEEDED" ] ||
    stop "$PWD has $FREE KiB free, a snapshot and its check take $NEEDED"
}
restore_once() {
  etcdutl snapshot restore survivor.new --data-dir scratch > restore.log 2>&1
}
if ! etcd_runs; then
  ok "etcd is down on $HOST: nothing to save here"
elif ! timeout 20 etcdctl --command-timeout=10s endpoint status; then
  ok "etcd on $HOST gives no data since a restart: nothing to save here"
else
  rm -rf scratch survivor.new
  free_space
  during "saving the data of $HOST" \
    timeout 300 etcdctl --command-timeout=290s snapshot save survivor.new
  during "restoring the file once" restore_once ||
    stop "the file is damaged: see $PWD/restore.log"
  REVISION=$(etcdutl snapshot status scratch/member/snap/db -w json |
    sed 's/.*"revision":\([0-9]*\).*/\1/')
  rm -rf scratch
  [ "$REVISION" -gt 1 ] || stop "etcd on $HOST holds no data"
  mv survivor.new survivor.db
  echo "$REVISION" > survivor.revision
  ok "$HOST is saved at revision $REVISION"
fi
