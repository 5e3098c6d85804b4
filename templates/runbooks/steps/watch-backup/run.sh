[ -n "${BACKUP-}" ] || stop "no backup was started by hand: run one first"
ended() {
  kubectl -n "$VELERO_NAMESPACE" get "backups.velero.io/$BACKUP" \
    --request-timeout=20s -o custom-columns="\
PHASE:.status.phase,DONE:.status.progress.itemsBackedUp,\
OF:.status.progress.totalItems,ERRORS:.status.errors,\
WARNINGS:.status.warnings,WHY:.status.failureReason,\
REFUSED:.status.validationErrors[*]" > phase
  cat phase
  grep -q -e '^Completed' -e '^PartiallyFailed' -e '^Failed' phase
}
wait_for "$BACKUP" 3600 ended
cat answer
PHASE=$(awk 'NR == 2 { print $1 }' phase)
[ "$PHASE" = Completed ] || stop "$BACKUP is $PHASE, so it does not count"
ok "$BACKUP is Completed"
