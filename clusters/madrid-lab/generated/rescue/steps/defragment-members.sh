member_sizes() {
  timeout 25 etcdctl --command-timeout=20s endpoint status --cluster \
    -w fields > by-member
  awk '$1 == "\"MemberID\"" { id = $3 "" } $1 == "\"Leader\"" { to = $3 "" }
    $1 == "\"DBSize\"" { size = $3 } $1 == "\"DBSizeInUse\"" { used = $3 }
    $1 == "\"Endpoint\"" { gsub("\"", "", $3)
      print (id == to) + 0, $3, size, used }' by-member | sort > sizes
  [ -s sizes ] || stop "no member says how large its database is"
  QUOTA=$(sed -n 's/^ *- --quota-backend-bytes=\([0-9]*\)$/\1/p' \
    "$STATIC_PODS/etcd.yaml" | head -n 1)
  [ "${QUOTA:-0}" -gt 0 ] || QUOTA=2147483648
  echo "quota of each member: $((QUOTA / 1048576)) MiB"
  awk '{ printf "%s %d MiB, %d MiB of it in use%s\n", $2, $3 / 1048576,
    $4 / 1048576, $1 ? ", leader" : "" }' sizes
  LARGEST=$(awk '$3 > most { most = $3 } END { printf "%d", most }' sizes)
}
percent() {
  echo "$((LARGEST * 100 / QUOTA))%"
}
[ -s before.db ] || stop "there is no snapshot of this cluster in $PWD"
member_sizes
cp sizes order
confirm "$CLUSTER" "A member answers nothing while it is defragmented."
while read -r _ ENDPOINT _ _; do
  echo "defragmenting $ENDPOINT"
  export ETCDCTL_ENDPOINTS="$ENDPOINT"
  during "defragmenting" timeout 600 etcdctl --command-timeout=590s defrag \
    < /dev/null
  wait_for "$ENDPOINT answers" 120 timeout 20 etcdctl \
    --command-timeout=10s get kedge-proof
done < order
member_sizes
ok "$(($(wc -l < order))) members are defragmented," \
  "the largest database has $(percent) of its quota"
