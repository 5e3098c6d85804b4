[ -n "${NAMESPACE-}" ] || stop "the namespace was not chosen yet"
kubectl -n "$VELERO_NAMESPACE" get backupstoragelocations.velero.io \
  --request-timeout=30s
kubectl -n "$VELERO_NAMESPACE" get backups.velero.io --no-headers \
  --request-timeout=30s --sort-by=.status.startTimestamp \
  -o custom-columns="A:.metadata.name,B:.status.phase,\
C:.status.startTimestamp,D:.spec.includedNamespaces[*],\
E:.spec.storageLocation" > all
awk -v n="$NAMESPACE" '$2 == "Completed" &&
  index("," $4 ",", "," n ",") { print $1, $3, $5 }' all > backups
[ -s backups ] || stop "no Completed backup contains $NAMESPACE"
cat backups
LAST=$(tail -n 1 backups | cut -d ' ' -f 1)
printf 'Which backup? Press Enter for %s: ' "$LAST"
read -r ANSWER || ANSWER=
ROW=$(awk -v b="${ANSWER:-$LAST}" '$1 == b' backups)
[ -n "$ROW" ] || stop "'$ANSWER' is not in this list"
LOCATION=${ROW##* }
PHASE=$(kubectl -n "$VELERO_NAMESPACE" get --request-timeout=30s \
  "backupstoragelocations.velero.io/$LOCATION" \
  -o jsonpath='{.status.phase}')
[ "$PHASE" = Available ] ||
  stop "location $LOCATION of this backup is ${PHASE:-not checked yet}"
BACKUP=${ROW%% *}
remember BACKUP "$BACKUP"
rm -f contents
STARTED=${ROW#* }
ok "backup $BACKUP, started ${STARTED% *}"
