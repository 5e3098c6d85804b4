member_sizes
PERCENT=$(percent)
[ "${PERCENT%?}" -lt 95 ] ||
  stop "the largest database still has $PERCENT of its quota: raise the quota"
timeout 25 etcdctl --command-timeout=20s alarm disarm
timeout 25 etcdctl --command-timeout=20s alarm list > alarms
cat alarms
[ ! -s alarms ] || stop "an alarm is still set"
ok "no alarm is set"
