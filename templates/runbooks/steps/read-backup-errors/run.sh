[ -n "${LAST-}" ] || stop "no backup of the schedule is known: choose it first"
kubectl -n "$VELERO_NAMESPACE" logs deployment/velero --tail=5000 \
  --request-timeout=30s > log ||
  echo "no log of the Velero server: look at its pod"
grep -e level=error -e level=fatal log | tail -n 10 | cat -v
kubectl -n "$VELERO_NAMESPACE" get \
  podvolumebackups.velero.io,datauploads.velero.io \
  -l "velero.io/backup-name=$LAST" --request-timeout=30s \
  -o custom-columns="VOLUME:.metadata.name,PHASE:.status.phase,\
NODE:.status.node,SAYS:.status.message"
PHASE=$(kubectl -n "$VELERO_NAMESPACE" get "backups.velero.io/$LAST" \
  -o jsonpath='{.status.phase}' --request-timeout=20s)
[ "$PHASE" != FailedValidation ] ||
  stop "$LAST was refused by Velero, so it has no results"
download BackupResults "$LAST" results.json
sed 's/","/",\n"/g; s/\[/[\n/g' results.json
ok "errors and warnings of $LAST are above"
