block_api
EXPECTED=$(echo "$PRESENT" | wc -w)
healthy() {
  timeout 25 etcdctl --command-timeout=5s endpoint health --cluster \
    -w json > health.json || true
  HEALTHY=$(grep -o '"health":true' health.json | wc -l)
  echo "healthy: $HEALTHY of $EXPECTED"
  [ "$HEALTHY" -ge "$EXPECTED" ]
}
wait_for "every member is healthy" 240 healthy
timeout 20 etcdctl --command-timeout=10s endpoint status --cluster \
  -w table || true
timeout 20 etcdctl --command-timeout=10s member list -w table
ok "healthy members: $((HEALTHY)) of $((EXPECTED))"
