wait_for "every member healthy" 600 timeout 20 etcdctl \
  --command-timeout=5s endpoint health --cluster
cat answer
ok "every member is healthy, no replacement is needed"
