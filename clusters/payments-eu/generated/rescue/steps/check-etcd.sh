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
