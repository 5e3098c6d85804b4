[ -n "${SCHEDULE-}" ] || stop "no schedule was chosen: choose it first"
BACKUP=$SCHEDULE-$(date -u +%Y%m%d%H%M%S)
TEMPLATE=$(kubectl -n "$VELERO_NAMESPACE" get schedules.velero.io \
  "$SCHEDULE" -o jsonpath='{.spec.template}' --request-timeout=20s)
[ -n "$TEMPLATE" ] || stop "the schedule $SCHEDULE has no template"
kubectl create --request-timeout=30s -f - <<END
apiVersion: velero.io/v1
kind: Backup
metadata:
  name: $BACKUP
  namespace: $VELERO_NAMESPACE
  labels:
    velero.io/schedule-name: $SCHEDULE
    app.kubernetes.io/part-of: $CLUSTER
spec: $TEMPLATE
END
remember BACKUP "$BACKUP"
remember LAST "$BACKUP"
ok "the backup $BACKUP is created"
