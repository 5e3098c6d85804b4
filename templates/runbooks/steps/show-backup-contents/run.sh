[ -n "${NAMESPACE-}" ] || stop "the namespace was not chosen yet"
[ -n "${BACKUP-}" ] || stop "no backup was chosen yet"
download BackupResourceList "$BACKUP" list.json
tr ']' '\n' < list.json |
  sed -n 's/^[,{]*"\([^"]*\)": *\[\(.*\)$/\1 \2/p' |
  awk -v n="$NAMESPACE" '{ c = gsub("\"" n "/", ""); p = split($1, k, "/")
    if (c) print (p == 3 ? k[3] "." k[2] "." k[1] : k[2]), c }' > contents
cat contents
[ -s contents ] || stop "backup $BACKUP contains nothing of $NAMESPACE"
kubectl -n "$VELERO_NAMESPACE" get podvolumebackups.velero.io \
  --no-headers --request-timeout=30s -l "velero.io/backup-name=$BACKUP" \
  -o custom-columns="A:.spec.pod.namespace,B:.spec.pod.name,\
C:.spec.volume,D:.status.phase,E:.status.progress.bytesDone" > all
kubectl -n "$VELERO_NAMESPACE" get datauploads.velero.io \
  --no-headers --request-timeout=30s -l "velero.io/backup-name=$BACKUP" \
  -o custom-columns="A:.spec.sourceNamespace,B:.spec.sourcePVC,\
C:.spec.snapshotType,D:.status.phase,E:.status.progress.bytesDone" >> all
awk -v n="$NAMESPACE" '$1 == n' all
DATA=$(awk -v n="$NAMESPACE" '$1 == n && $4 == "Completed" { c++ }
  END { print c + 0 }' all)
ok "$(awk 'END { print NR }' contents) kinds, data of $DATA volumes"
