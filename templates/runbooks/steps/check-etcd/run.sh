PROBE=http://127.0.0.1:2381/livez
timeout 20 crictl ps -a --name '^etcd$' || true
if ! curl --silent --output ./probe --max-time 5 "$PROBE"; then
  ok "etcd is down on $HOST"
elif timeout 20 etcdctl --command-timeout=10s endpoint health; then
  stop "etcd has quorum: this page is for an etcd without quorum"
elif ! timeout 20 etcdctl --command-timeout=10s endpoint status -w table; then
  ok "etcd on $HOST gives no data: it was restarted without quorum"
else
  ok "$HOST is a survivor: etcd runs without quorum"
fi
