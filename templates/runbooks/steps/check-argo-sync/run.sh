kubectl -n "$ARGO_NAMESPACE" get --request-timeout=20s \
  applications.argoproj.io \
  -o custom-columns="SYNC:.metadata.name,\
SUSPENDED:.metadata.annotations.argocd\.argoproj\.io/skip-reconcile,\
SYNCED:.status.sync.status,HEALTH:.status.health.status,\
SAYS:.status.conditions[*].message,OPERATION:.status.operationState.message" \
  > syncs
cat syncs
CHECK='resource\.customizations\.health\.argoproj\.io_Application'
kubectl -n "$ARGO_NAMESPACE" get configmap argocd-cm --request-timeout=20s \
  -o "jsonpath={.data.$CHECK}" > health
[ -s health ] ||
  echo "argocd-cm has no health check of Application: no order of layers"
COUNT=0
READY=0
NOT=
while read -r NAME SUSPENDED SYNCED STATUS _; do
  case $NAME in "kedge-$CLUSTER" | "kedge-$CLUSTER-"*) ;; *) continue ;; esac
  COUNT=$((COUNT + 1))
  case $SUSPENDED/$SYNCED/$STATUS in
  true/*) NOT="$NOT $NAME (suspended)" ;;
  */Synced/Healthy) READY=$((READY + 1)) ;;
  *) NOT="$NOT $NAME ($SYNCED, $STATUS)" ;;
  esac
done < syncs
[ "$COUNT" -gt 0 ] || stop "no Application of $CLUSTER in $ARGO_NAMESPACE:" \
  "apply the delivery objects"
ok "$READY of $COUNT Applications of $CLUSTER are synced and" \
  "healthy${NOT:+, look at$NOT}"
