timeout 20 crictl ps -a --name '^etcd$' 2> crictl.log || cat crictl.log
if ! etcd_runs; then
  ok "etcd is down on $HOST"
elif timeout 20 etcdctl --command-timeout=10s endpoint health; then
  stop "etcd has quorum: this page is for an etcd without quorum"
elif ! timeout 20 etcdctl --command-timeout=10s endpoint status -w table; then
  ok "etcd on $HOST gives no data: it was restarted without quorum"
else
  ok "$HOST is a survivor: etcd runs without quorum"
fi
