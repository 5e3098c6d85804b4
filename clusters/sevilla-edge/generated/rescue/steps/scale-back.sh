[ -e zero ] || stop "nothing was scaled to zero from this host"
FLUX=${FLUX_NAMESPACE:-flux-system}
awk -v f="$FLUX" '$1 != f' zero > order
awk -v f="$FLUX" '$1 == f' zero >> order
while read -r IN NAME REPLICAS; do
  kubectl -n "$IN" scale deployment "$NAME" \
    --replicas="$REPLICAS" --request-timeout=25s < /dev/null
done < order
touch zero-stateful
while read -r IN NAME REPLICAS; do
  kubectl -n "$IN" scale statefulset "$NAME" \
    --replicas="$REPLICAS" --request-timeout=25s < /dev/null
done < zero-stateful
ok "deployments scaled back: $(($(wc -l < order)))," \
  "stateful sets: $(($(wc -l < zero-stateful)))"
