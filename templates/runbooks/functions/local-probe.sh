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
