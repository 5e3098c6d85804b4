[ -n "${NAMESPACE-}" ] || stop "the namespace was not chosen yet"
gone() {
  PHASE=$(kubectl get namespace "$NAMESPACE" --request-timeout=20s \
    --ignore-not-found -o jsonpath='{.status.phase}') || return 1
  echo "$NAMESPACE is ${PHASE:-gone}"
  [ -z "$PHASE" ]
}
PHASE=$(kubectl get namespace "$NAMESPACE" --request-timeout=20s \
  --ignore-not-found -o jsonpath='{.status.phase}')
if [ -z "$PHASE" ]; then
  ok "$NAMESPACE is gone"
  exit 0
fi
[ "$PHASE" = Active ] ||
  stop "$NAMESPACE is $PHASE: find out what blocks its deletion"
[ -n "${BACKUP-}" ] || stop "no backup was chosen yet"
[ -s contents ] || stop "the contents of $BACKUP were not shown yet"
kubectl -n "$NAMESPACE" get all,persistentvolumeclaims \
  --request-timeout=30s
confirm "$NAMESPACE" "This deletes the namespace $NAMESPACE and all in it."
kubectl delete namespace "$NAMESPACE" --ignore-not-found --wait=false \
  --request-timeout=30s
wait_for "the deletion of $NAMESPACE" 300 gone
ok "$NAMESPACE is gone"
