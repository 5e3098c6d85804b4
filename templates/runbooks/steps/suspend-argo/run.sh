[ -n "${NAMESPACE-}" ] || stop "the namespace was not chosen yet"
APPS=applications.argoproj.io
kubectl get "$APPS" -A --request-timeout=30s --no-headers \
  -o custom-columns="A:.metadata.namespace,B:.metadata.name,\
C:.metadata.annotations.argocd\.argoproj\.io/skip-reconcile,\
D:.spec.destination.namespace,E:.status.resources[*].namespace,\
F:.status.resources[?(@.kind=='Namespace')].name,\
G:.metadata.ownerReferences[?(@.kind=='ApplicationSet')].name" > applications
awk -v n="$NAMESPACE" -v own="kedge-$CLUSTER" '$3 != "true" && ($4 == n ||
  index("," $5 ",", "," n ",") || index("," $6 ",", "," n ",") ||
  $2 == own || index($2, own "-") == 1) { print $1, $2, $7 }' \
  applications > syncs
SETS=$(awk '$3 != "<none>" { print $1 "/" $2 }' syncs)
if [ -n "$SETS" ]; then
  kubectl get deployments -A --request-timeout=30s --no-headers \
    -l app.kubernetes.io/name=argocd-applicationset-controller \
    -o custom-columns="A:.metadata.namespace,B:.metadata.name,\
C:.spec.replicas" > generators
  awk '$3 > 0 { print "kubectl -n " $1 " scale deployment " $2 \
    " --replicas=0   # was " $3 }' generators > scale
  cat scale
  [ ! -s scale ] || stop "an ApplicationSet would resume" \
    "$(echo "$SETS" | tr '\n' ' '): run the lines above, then paste again"
fi
gone() {
  FOUND=$(kubectl -n "$1" get "$APPS" "$2" --ignore-not-found -o name \
    --request-timeout=20s < /dev/null) && [ -z "$FOUND" ]
}
touch suspended
awk '{ print $1, $2 }' syncs | sort -u - suspended > suspended.new
mv suspended.new suspended
: > failed
while read -r IN NAME; do
  kubectl -n "$IN" annotate "$APPS" "$NAME" --overwrite \
    argocd.argoproj.io/skip-reconcile=true \
    --request-timeout=30s < /dev/null ||
    gone "$IN" "$NAME" || echo "$IN/$NAME" >> failed
done < suspended
[ ! -s failed ] || stop "not suspended: $(tr '\n' ' ' < failed)"
ok "suspended $(awk 'END { print NR }' suspended) Applications"
