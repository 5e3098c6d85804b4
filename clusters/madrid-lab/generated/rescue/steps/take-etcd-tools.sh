cat "$STATIC_PODS"/*.yaml manifests/*.yaml > all 2> /dev/null || true
SECURE_PORT=$(sed -n 's/^ *- --secure-port=//p' all | head -n 1)
[ -n "$SECURE_PORT" ] || stop "no manifest of the API server names its port"
printf '%s\n' "$SECURE_PORT" "$API_PORT" | sort -u > ports
sed "s|server: .*|server: https://$ADDRESS:$SECURE_PORT|" \
  "$ADMIN_CONF" > admin.conf
IMAGE=$(sed -n 's|^ *image: *\(.*/etcd:.*\)|\1|p' all | head -n 1)
MINOR=$(echo "$IMAGE" | sed -n 's/.*:v*\([0-9]*\.[0-9]*\)\.[0-9].*/\1/p')
if [ ! -x bin/etcdutl ] || ! bin/etcdutl version | grep -q ": $MINOR"; then
  timeout 25 ctr -n k8s.io images mount "$IMAGE" "$PWD/image" ||
    stop "etcd's image cannot be mounted: put the tools into $PWD/bin"
  cp image/usr/local/bin/etcd* bin/
  timeout 25 ctr -n k8s.io images unmount --rm "$PWD/image"
fi
ok "$(etcdutl version | head -n 1)"
