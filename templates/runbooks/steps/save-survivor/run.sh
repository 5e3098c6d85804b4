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
