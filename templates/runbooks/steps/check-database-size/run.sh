timeout 25 etcdctl --command-timeout=20s alarm list > alarms
cat alarms
member_sizes
PERCENT=$(percent)
! grep -q CORRUPT alarms ||
  stop "a member has the alarm CORRUPT: change nothing"
ALARM="no alarm is set yet"
! grep -q NOSPACE alarms || ALARM="NOSPACE is set"
[ "$ALARM" = "NOSPACE is set" ] || [ "${PERCENT%?}" -ge 80 ] ||
  stop "no alarm is set, and $PERCENT of the quota is not full: change nothing"
ok "$ALARM, the largest database has $PERCENT of its quota"
