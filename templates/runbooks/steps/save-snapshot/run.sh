free_space
during "saving the snapshot" timeout 300 etcdctl --command-timeout=290s \
  snapshot save before.db
rm -rf scratch
during "restoring it once" timeout 300 etcdutl snapshot restore \
  before.db --data-dir scratch
rm -rf scratch
ok "the snapshot can be restored"
