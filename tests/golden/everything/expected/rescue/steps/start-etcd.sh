block_api
[ -d "$ETCD_DATA/member" ] || stop "etcd is not restored on $HOST"
[ ! -e manifests/etcd.yaml ] || mv manifests/etcd.yaml "$STATIC_PODS/"
[ -s "$STATIC_PODS/etcd.yaml" ] || stop "$HOST has no manifest of etcd"
started() {
  timeout 20 crictl ps -q --name '^etcd$' > running && [ -s running ]
}
wait_for "the kubelet starts etcd" 90 started
ok "etcd starts on $HOST"
