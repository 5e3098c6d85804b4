FOUND=
date -u
kubectl -n "$VELERO_NAMESPACE" get deployments,daemonsets,pods \
  --request-timeout=20s
READY=$(kubectl -n "$VELERO_NAMESPACE" get deployment velero \
  -o jsonpath='{.status.readyReplicas}' --request-timeout=20s) || READY=
[ "${READY:-0}" != 0 ] || FOUND="$FOUND, the server"
kubectl -n "$VELERO_NAMESPACE" get backupstoragelocations.velero.io \
  --request-timeout=20s -o custom-columns="LOCATION:.metadata.name,\
PHASE:.status.phase,CHECKED:.status.lastValidationTime,\
WHY:.status.message" > locations
cat locations
for NAME in $LOCATIONS; do
  awk -v n="$NAME" '$1 == n && $2 == "Available" { f = 1 }
    END { exit !f }' locations || FOUND="$FOUND, location $NAME"
done
ASIDE=$(awk -v wanted=" $LOCATIONS " 'NR > 1 && $2 != "Available" &&
  !index(wanted, " " $1 " ") { print $1 }' locations)
for NAME in $ASIDE; do
  FOUND="$FOUND, location $NAME"
done
kubectl -n "$VELERO_NAMESPACE" get schedules.velero.io \
  --request-timeout=20s -o custom-columns="SCHEDULE:.metadata.name,\
PHASE:.status.phase,PAUSED:.spec.paused,LAST:.status.lastBackup,\
SKIPPED:.status.lastSkipped,WHY:.status.validationErrors[*]" > schedules
cat schedules
for NAME in $SCHEDULES; do
  awk -v n="$NAME" '$1 == n && $2 == "Enabled" && $3 != "true" { f = 1 }
    END { exit !f }' schedules || FOUND="$FOUND, schedule $NAME"
done
[ -z "$FOUND" ] || ok "look at ${FOUND#, }"
[ -n "$FOUND" ] || ok "server, locations and schedules are in order"
