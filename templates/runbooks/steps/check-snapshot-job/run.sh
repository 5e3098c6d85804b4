date -u
kubectl -n "$BACKUP_NAMESPACE" get cronjob "$BACKUP_JOB" \
  --request-timeout=20s -o custom-columns="SUSPENDED:.spec.suspend,\
ACTIVE:.status.active[*].name,STARTED:.status.lastScheduleTime,\
SUCCEEDED:.status.lastSuccessfulTime" > cronjob.txt ||
  stop "the CronJob $BACKUP_JOB cannot be read"
cat cronjob.txt
kubectl -n "$BACKUP_NAMESPACE" get jobs --request-timeout=20s \
  --sort-by=.metadata.creationTimestamp -o custom-columns="\
JOB:.metadata.name,STARTED:.status.startTime,\
CONDITIONS:.status.conditions[*].type,\
WHY:.status.conditions[*].message"
kubectl -n "$BACKUP_NAMESPACE" get pods -o wide --request-timeout=20s
STATE=active
! grep -q '^true ' cronjob.txt || STATE=suspended
SUCCEEDED=$(awk 'NR == 2 { print $4 }' cronjob.txt)
[ "$SUCCEEDED" != '<none>' ] || SUCCEEDED=never
ok "$BACKUP_JOB is $STATE, last success $SUCCEEDED"
