block_api
LEASES=/registry/masterleases/
timeout 20 etcdctl --command-timeout=10s get --prefix --keys-only "$LEASES"
timeout 20 etcdctl --command-timeout=10s del --prefix "$LEASES" > removed
ok "leases of API servers removed: $(cat removed)"
