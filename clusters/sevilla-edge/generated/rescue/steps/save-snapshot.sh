free_space() {
  FREE=$(df -Pk . | awk 'NR == 2 { print $4 }')
  NEEDED=$(du -sk "$ETCD_DATA" | awk '{ print $1 * 3 }')
  [ "$FREE" -gt "$NEEDED" ] ||
    stop "$PWD has $FREE KiB free, a snapshot and its check take $NEEDED"
}
free_space
during "saving the snapshot" timeout 300 etcdctl --command-timeout=290s \
  snapshot save before.db
rm -rf scratch
during "restoring it once" timeout 300 etcdutl snapshot restore \
  before.db --data-dir scratch
rm -rf scratch
ok "the snapshot can be restored"
