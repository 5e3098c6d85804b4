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
[ "$PHASE" = Terminating ] ||
  stop "nothing was changed: $NAMESPACE is $PHASE, not Terminating"
[ -s blocking ] || stop "nothing was changed: no finalizers are listed"
cat blocking
confirm "$NAMESPACE" "This removes the finalizers of these objects."
while read -r KIND NAME _; do
  kubectl -n "$NAMESPACE" patch "$KIND" "$NAME" --type=merge \
    -p '{"metadata":{"finalizers":null}}' \
    --request-timeout=30s < /dev/null || echo "$KIND $NAME was not changed"
done < blocking
wait_for "the deletion of $NAMESPACE" 120 gone
ok "$NAMESPACE is gone"
