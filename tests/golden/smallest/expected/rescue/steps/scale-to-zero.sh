block_api
FLUX=${FLUX_NAMESPACE:-flux-system}
FIELDS=custom-columns=A:.metadata.namespace,B:.metadata.name
OWNER='C:.metadata.ownerReferences[0].name'
kubectl get deployments -A --request-timeout=25s --no-headers \
  -o "$FIELDS,C:.spec.replicas" > all-deployments
[ -e zero ] || awk -v f="$FLUX" -v v="$VELERO_NAMESPACE" \
  '$3 > 0 && ($1 == f || $1 == v || $2 ~ /autoscaler/)' all-deployments > zero
kubectl get statefulsets -A --request-timeout=25s --no-headers \
  -o "$FIELDS,C:.spec.replicas" > all-stateful
[ -e zero-stateful ] ||
  awk -v f="$FLUX" '$3 > 0 && $1 == f' all-stateful > zero-stateful
kubectl get replicasets -A --request-timeout=25s --no-headers \
  -o "$FIELDS,$OWNER" > all-sets
awk 'NR == FNR { d[$1, $2]; next } ($1, $3) in d' zero all-sets > zero-sets
kubectl get pods -A --request-timeout=25s --no-headers \
  -o "$FIELDS,$OWNER" > all-pods
awk 'NR == FNR { s[$1, $2]; next } ($1, $3) in s' zero-sets all-pods > zero-pods
awk 'NR == FNR { s[$1, $2]; next } ($1, $3) in s' zero-stateful all-pods \
  >> zero-pods
while read -r IN NAME _; do
  kubectl -n "$IN" scale deployment "$NAME" --replicas=0 \
    --request-timeout=25s < /dev/null
done < zero
while read -r IN NAME _; do
  kubectl -n "$IN" scale replicaset "$NAME" --replicas=0 \
    --request-timeout=25s < /dev/null
done < zero-sets
while read -r IN NAME _; do
  kubectl -n "$IN" scale statefulset "$NAME" --replicas=0 \
    --request-timeout=25s < /dev/null
done < zero-stateful
while read -r IN NAME _; do
  kubectl -n "$IN" delete pod "$NAME" --grace-period=0 --force \
    --wait=false --ignore-not-found --request-timeout=25s < /dev/null
done < zero-pods
cat zero zero-stateful
ok "deployments scaled to zero: $(($(wc -l < zero)))," \
  "stateful sets: $(($(wc -l < zero-stateful)))"
