[ -s before.db ] || stop "there is no snapshot of this cluster in $PWD"
timeout 20 etcdctl --command-timeout=15s get kedge-proof -w fields > answer
REVISION=$(sed -n 's/^"Revision" : \([0-9]*\)$/\1/p' answer)
[ "${REVISION:-0}" -gt 1 ] || stop "etcd names no revision to compact to"
compacted() {
  timeout 300 etcdctl --command-timeout=290s compact "$REVISION" \
    --physical > compaction 2>&1 ||
    grep -q 'required revision has been compacted' compaction
}
if ! during "compacting" compacted; then
  cat compaction
  stop "nothing is compacted"
fi
rm -f used
settled() {
  timeout 25 etcdctl --command-timeout=20s endpoint status --cluster \
    -w fields > answer
  awk '$1 == "\"DBSizeInUse\"" { print int($3 / 1048576), "MiB in use" }' \
    answer > used.new
  cat used.new
  CODE=0
  cmp -s used.new used || CODE=1
  mv used.new used
  return "$CODE"
}
wait_for "every member has removed them" 300 settled
ok "no revision before $REVISION is kept"
