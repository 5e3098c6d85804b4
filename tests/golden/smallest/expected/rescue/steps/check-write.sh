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
NAME=kedge-proof-$(date -u +%H%M%S)
kubectl -n kube-system create configmap "$NAME" --from-literal=by=kedge \
  --request-timeout=25s
kubectl -n kube-system delete configmap "$NAME" --request-timeout=25s
timeout 25 etcdctl --command-timeout=20s alarm list > alarms
[ ! -s alarms ] || stop "an alarm is set again: stop what fills the database"
member_sizes
ok "the API accepts writes, the largest database has $(percent) of its quota"
