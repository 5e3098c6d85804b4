[ -n "${NAMESPACE-}" ] || stop "the namespace was not chosen yet"
: > syncs
for KIND in applications.argoproj.io helmreleases.helm.toolkit.fluxcd.io \
  kustomizations.kustomize.toolkit.fluxcd.io; do
  FOUND=$(kubectl get customresourcedefinition "$KIND" --ignore-not-found \
    -o name --request-timeout=20s)
  [ -z "$FOUND" ] || kubectl get "$KIND" -A --request-timeout=25s \
    --no-headers -o custom-columns="A:.kind,B:.metadata.namespace,\
C:.metadata.name" >> syncs
done
cat syncs
echo "These are known to sync: $(($(wc -l < syncs)))"
printf 'Type stopped when nothing syncs into %s any more: ' "$NAMESPACE"
read -r ANSWER || ANSWER=
[ "$ANSWER" = stopped ] || stop "stop what syncs into $NAMESPACE first"
ok "nothing syncs into $NAMESPACE, as you say"
