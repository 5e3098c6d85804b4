[ -n "${NAMESPACE-}" ] || stop "the namespace was not chosen yet"
PHASE=$(kubectl get namespace "$NAMESPACE" --request-timeout=20s \
  --ignore-not-found -o jsonpath='{.status.phase}')
if [ "$PHASE" != Terminating ]; then
  ok "nothing to look for: $NAMESPACE is ${PHASE:-gone}"
  exit 0
fi
CONDITION='{.type}{": "}{.message}{"\n"}'
kubectl get namespace "$NAMESPACE" --request-timeout=20s \
  --ignore-not-found \
  -o jsonpath="{range .status.conditions[*]}$CONDITION{end}"
: > blocking
timeout 30 kubectl api-resources --verbs=list,patch --namespaced \
  -o name > kinds || echo "an API does not answer: its objects are not listed"
[ -s kinds ] || stop "the API server lists no kinds of objects"
look() {
  grep -v '^events' kinds | while read -r KIND; do
    kubectl -n "$NAMESPACE" get "$KIND" --ignore-not-found --no-headers \
      --request-timeout=20s -o custom-columns="A:.metadata.name,\
B:.metadata.finalizers[*]" < /dev/null > objects 2> error ||
      echo "$KIND: $(head -n 1 error)"
    awk -v k="$KIND" '$2 != "<none>" &&
      $2 != "kubernetes.io/pvc-protection" { print k, $1, $2 }' \
      objects >> blocking
  done
}
during "looking for finalizers in each kind" look
cat blocking
ok "$(awk 'END { print NR }' blocking) objects have a finalizer"
