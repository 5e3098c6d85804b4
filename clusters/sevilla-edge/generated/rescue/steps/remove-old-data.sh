ls -d "$ETCD_DATA".aside-* "$ETCD_DATA"/aside-* 2> /dev/null || true
confirm "$CLUSTER" "This removes the old etcd data of $HOST."
rm -rf "$ETCD_DATA".aside-* "$ETCD_DATA"/aside-* ./copy ./restored ./scratch
find . -maxdepth 2 -type f -name '*.db' -exec shred -u {} +
[ ! -e survivor.new ] || shred -u survivor.new
rm -rf ./earlier-*
rm -f admin.conf survivor.revision state zero zero-sets zero-pods \
  zero-stateful chosen.sum members api-block
ok "the old data of $HOST is removed"
