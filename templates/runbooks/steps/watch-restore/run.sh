[ -n "${RESTORE-}" ] || stop "no restore was started yet"
echo "phase, restored, of, errors, warnings, reason"
PHASE=New
TRY=0
while [ "$TRY" -lt 240 ]; do
  STATE=$(kubectl -n "$VELERO_NAMESPACE" get --request-timeout=10s \
    "restores.velero.io/$RESTORE" --no-headers -o custom-columns="\
PHASE:.status.phase,DONE:.status.progress.itemsRestored,\
OF:.status.progress.totalItems,ERRORS:.status.errors,\
WARNINGS:.status.warnings,REASON:.status.validationErrors") ||
    STATE="unknown (no answer)"
  echo "$(date -u +%H:%M:%S) $STATE"
  PHASE=${STATE%% *}
  case $PHASE in
  Completed | PartiallyFailed | Failed*) break ;;
  esac
  TRY=$((TRY + 1))
  sleep 15
done
[ "$PHASE" = Completed ] || stop "restore $RESTORE is $PHASE"
ok "restore $RESTORE is Completed"
