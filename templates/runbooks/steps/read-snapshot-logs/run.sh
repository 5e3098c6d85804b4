kubectl -n "$BACKUP_NAMESPACE" get pods --request-timeout=20s --no-headers \
  -l "app.kubernetes.io/name=$BACKUP_JOB" -o "custom-columns=\
PHASE:.status.phase,POD:.metadata.name" \
  --sort-by=.metadata.creationTimestamp > pods.txt
cat pods.txt
POD=$(awk '$1 == "Failed" || $1 == "Succeeded" { pod = $2 }
  END { print pod ? "pod/" pod : $2 ? "pod/" $2 : "" }' pods.txt)
[ -n "$POD" ] || stop "no pod is left: start a run and read it there"
STATES='{range .status.initContainerStatuses[*]}{.name} {.state}{"\n"}{end}'
kubectl -n "$BACKUP_NAMESPACE" get "$POD" -o jsonpath="$STATES" \
  --request-timeout=20s > stages
STATES='{range .status.containerStatuses[*]}{.name} {.state}{"\n"}{end}'
kubectl -n "$BACKUP_NAMESPACE" get "$POD" -o jsonpath="$STATES" \
  --request-timeout=20s >> stages
cat stages
kubectl -n "$BACKUP_NAMESPACE" logs "$POD" --all-containers --prefix \
  --ignore-errors --tail=10 --request-timeout=30s > log ||
  echo "no logs of $POD: it did not start, or its node does not answer"
cat -v log
FAILED=$(awk '/"exitCode":[1-9]/ { print $1; exit }' stages)
[ -n "$FAILED" ] || ok "${POD#pod/} has no failed stage"
[ -z "$FAILED" ] || ok "${POD#pod/} failed in stage $FAILED"
