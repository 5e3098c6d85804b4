kubectl -n "$FLUX_NAMESPACE" get --request-timeout=20s \
  kustomizations.kustomize.toolkit.fluxcd.io \
  -o custom-columns="SYNC:.metadata.name,SUSPENDED:.spec.suspend,\
READY:.status.conditions[?(@.type=='Ready')].status,\
SAYS:.status.conditions[?(@.type=='Ready')].message" > syncs
cat syncs
COUNT=0
READY=0
NOT=
while read -r NAME SUSPENDED STATUS _; do
  case $NAME in "kedge-$CLUSTER-"*) ;; *) continue ;; esac
  COUNT=$((COUNT + 1))
  case $SUSPENDED/$STATUS in
  true/*) NOT="$NOT $NAME (suspended)" ;;
  */True) READY=$((READY + 1)) ;;
  *) NOT="$NOT $NAME (not ready)" ;;
  esac
done < syncs
[ "$COUNT" -gt 0 ] ||
  stop "no sync of $CLUSTER in $FLUX_NAMESPACE: apply the delivery objects"
ok "$READY of $COUNT syncs of $CLUSTER are ready${NOT:+, look at$NOT}"
