wait_for "every member healthy" 300 timeout 20 etcdctl \
  --command-timeout=5s endpoint health --cluster
timeout 30 etcdctl endpoint status --cluster -w table \
  --command-timeout=20s
timeout 30 etcdctl member list -w table --command-timeout=20s
kubectl get nodes --request-timeout=30s
COUNT=$(timeout 30 etcdctl member list --command-timeout=20s | wc -l)
LEARNERS=$(timeout 30 etcdctl member list --command-timeout=20s |
  grep -c ', true$' || true)
[ "$LEARNERS" -eq 0 ] || stop "$LEARNERS members are still learners"
ok "$COUNT members are healthy"
