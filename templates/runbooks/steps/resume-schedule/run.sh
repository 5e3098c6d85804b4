[ -n "${SCHEDULE-}" ] || stop "no schedule was chosen: choose it first"
kubectl -n "$VELERO_NAMESPACE" patch schedules.velero.io "$SCHEDULE" \
  --type=merge -p '{"spec":{"paused":false}}' --request-timeout=30s
ok "$SCHEDULE is not paused"
