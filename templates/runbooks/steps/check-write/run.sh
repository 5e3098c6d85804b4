NAME=kedge-proof-$(date -u +%H%M%S)
kubectl -n kube-system create configmap "$NAME" --from-literal=by=kedge \
  --request-timeout=25s
kubectl -n kube-system delete configmap "$NAME" --request-timeout=25s
timeout 25 etcdctl --command-timeout=20s alarm list > alarms
[ ! -s alarms ] || stop "an alarm is set again: stop what fills the database"
member_sizes
ok "the API accepts writes, the largest database has $(percent) of its quota"
