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
block_api
PEERS=http://127.0.0.1:12380
CLIENTS=http://127.0.0.1:12379
LIMIT=290s
save() {
  TRIES=60
  until local_curl "$CLIENTS/health" | grep -q true; do
    TRIES=$((TRIES - 1))
    kill -0 "$COPY" 2> /dev/null && [ "$TRIES" -gt 0 ] || return 1
    sleep 2
  done
  env -u ETCDCTL_CACERT -u ETCDCTL_CERT -u ETCDCTL_KEY \
    ETCDCTL_ENDPOINTS="$CLIENTS" \
    etcdctl --command-timeout="$LIMIT" snapshot save survivor.new
}
save_copy() {
  etcd --name "$HOST" --data-dir copy --force-new-cluster \
    --listen-peer-urls "$PEERS" --listen-client-urls "$CLIENTS" \
    --advertise-client-urls "$CLIENTS" > copy.log 2>&1 &
  COPY=$!
  SAVED=
  ! save || SAVED=1
  kill "$COPY" 2> /dev/null || true
  wait "$COPY" || true
  [ -n "$SAVED" ]
}
restore_once() {
  etcdutl snapshot restore survivor.new --data-dir scratch > restore.log 2>&1
}
if [ -s survivor.db ]; then
  ok "$HOST is saved already"
elif [ ! -d "$ETCD_DATA/member" ]; then
  ok "$HOST has no etcd data: nothing to save here"
else
  rm -rf copy scratch survivor.new
  free_space
  during "copying the data of $HOST" cp -a "$ETCD_DATA" copy
  during "reading the copy" save_copy ||
    stop "etcd cannot read the data of $HOST: see $PWD/copy.log"
  during "restoring the file once" restore_once ||
    stop "the file is damaged: see $PWD/restore.log"
  REVISION=$(etcdutl snapshot status scratch/member/snap/db -w json |
    sed 's/.*"revision":\([0-9]*\).*/\1/')
  rm -rf scratch copy
  [ "$REVISION" -gt 1 ] || stop "the disk of $HOST holds no data of etcd"
  mv survivor.new survivor.db
  echo "$REVISION" > survivor.revision
  ok "$HOST is saved at revision $REVISION"
fi
