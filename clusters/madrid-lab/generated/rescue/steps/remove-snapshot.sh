confirm "$CLUSTER" "This removes the snapshot that was saved before."
shred -u before.db
rm -f down members admin.conf all
ok "the snapshot is removed"
