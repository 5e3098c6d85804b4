echo 'Schedules of the spec:'
for NAME in $SCHEDULES; do
  echo "  $NAME"
done
printf 'Type the schedule that the alert names: '
read -r ANSWER || ANSWER=
CHOSEN=
for NAME in $SCHEDULES; do
  [ "$NAME" != "$ANSWER" ] || CHOSEN=$NAME
done
[ -n "$CHOSEN" ] || stop "the spec has no such schedule"
kubectl -n "$VELERO_NAMESPACE" get backups.velero.io \
  --request-timeout=30s -l "velero.io/schedule-name=$CHOSEN" \
  --sort-by=.metadata.creationTimestamp --no-headers \
  -o custom-columns="A:.metadata.name,B:.status.phase,\
C:.status.completionTimestamp,D:.status.errors,\
E:.status.failureReason,F:.status.validationErrors[*]" > backups
{
  echo 'BACKUP PHASE ENDED ERRORS WHY REFUSED'
  tail -n 12 backups
}
LAST=$(tail -n 1 backups | awk '{ print $1 }')
PHASE=$(tail -n 1 backups | awk '{ print $2 }')
remember SCHEDULE "$CHOSEN"
remember LAST "$LAST"
[ -z "$LAST" ] || ok "$CHOSEN: the newest backup is $LAST, $PHASE"
[ -n "$LAST" ] || ok "$CHOSEN: no backup"
