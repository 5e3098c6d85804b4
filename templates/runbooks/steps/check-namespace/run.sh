[ -n "${NAMESPACE-}" ] || stop "the namespace was not chosen yet"
PHASE=$(kubectl get namespace "$NAMESPACE" --request-timeout=20s \
  --ignore-not-found -o jsonpath='{.status.phase}')
[ "$PHASE" = Active ] || stop "$NAMESPACE is ${PHASE:-gone} again"
[ -n "${RESTORE-}" ] || stop "no restore was started yet"
kubectl -n "$VELERO_NAMESPACE" get "restores.velero.io/$RESTORE" \
  --request-timeout=20s -o custom-columns="RESTORE:.metadata.name,\
PHASE:.status.phase,ERRORS:.status.errors,WARNINGS:.status.warnings"
kubectl -n "$NAMESPACE" get pods,persistentvolumeclaims \
  --request-timeout=30s
kubectl -n "$NAMESPACE" get events --request-timeout=30s \
  --field-selector=type=Warning
kubectl -n "$NAMESPACE" get pods --no-headers --request-timeout=30s \
  -o custom-columns="A:.status.phase" > phases.pods
kubectl -n "$NAMESPACE" get persistentvolumeclaims --no-headers \
  --request-timeout=30s -o custom-columns="A:.status.phase" > phases.claims
PODS=$(awk '$1 != "Running" && $1 != "Succeeded" { n++ }
  END { print n + 0 }' phases.pods)
CLAIMS=$(awk '$1 != "Bound" { n++ } END { print n + 0 }' phases.claims)
ok "$NAMESPACE is Active, $PODS pods not running, $CLAIMS claims not Bound"
