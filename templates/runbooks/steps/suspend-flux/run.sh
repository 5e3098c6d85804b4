[ -n "${NAMESPACE-}" ] || stop "the namespace was not chosen yet"
KS=kustomizations.kustomize.toolkit.fluxcd.io
HR=helmreleases.helm.toolkit.fluxcd.io
kubectl get "$KS" -A --request-timeout=30s --no-headers \
  -o custom-columns="A:.metadata.namespace,B:.metadata.name,\
C:.spec.suspend,D:.status.inventory.entries[*].id" > kustomizations
awk -v n="$NAMESPACE" -v k="$KS" -v own="kedge-$CLUSTER-" '$3 != "true" &&
  (index("," $4, "," n "_") || index($4, "_" n "__Namespace") ||
  index($2, own) == 1) { print k, $1, $2 }' kustomizations > syncs
HELM=$(kubectl get customresourcedefinition "$HR" --ignore-not-found \
  -o name --request-timeout=30s)
: > releases
[ -z "$HELM" ] || kubectl get "$HR" -A --request-timeout=30s --no-headers \
  -o custom-columns="A:.metadata.namespace,B:.metadata.name,\
C:.spec.suspend,D:.spec.targetNamespace" > releases
awk -v n="$NAMESPACE" -v k="$HR" '$3 != "true" && ($1 == n || $4 == n) {
  print k, $1, $2 }' releases >> syncs
gone() {
  FOUND=$(kubectl -n "$1" get "$2" "$3" --ignore-not-found -o name \
    --request-timeout=20s < /dev/null) && [ -z "$FOUND" ]
}
touch suspended
sort -u syncs suspended > suspended.new
mv suspended.new suspended
: > failed
while read -r KIND IN NAME; do
  kubectl -n "$IN" patch "$KIND" "$NAME" --type=merge \
    --field-manager=flux -p '{"spec":{"suspend":true}}' \
    --request-timeout=30s < /dev/null ||
    gone "$IN" "$KIND" "$NAME" || echo "$IN/$NAME" >> failed
done < suspended
[ ! -s failed ] || stop "not suspended: $(tr '\n' ' ' < failed)"
ok "suspended $(awk 'END { print NR }' suspended) Flux objects"
