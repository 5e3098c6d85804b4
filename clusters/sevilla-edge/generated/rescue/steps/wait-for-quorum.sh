wait_for "quorum" 600 timeout 20 etcdctl --command-timeout=5s endpoint health
ok "quorum is back"
