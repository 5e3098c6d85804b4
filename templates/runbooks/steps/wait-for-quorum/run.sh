PROBE=http://127.0.0.1:2381/livez
healthy() {
  curl --silent --output ./probe --max-time 5 "$PROBE" &&
    timeout 20 etcdctl --command-timeout=5s endpoint health
}
wait_for "quorum" 600 healthy
ok "quorum is back"
