[ -n "${NAMESPACE-}" ] || stop "the namespace was not chosen yet"
[ -f volumes ] || stop "the volumes of $NAMESPACE were not listed yet"
while read -r VOLUME _; do
  kubectl patch persistentvolume "$VOLUME" --type=merge \
    -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}' \
    --request-timeout=30s < /dev/null || echo "$VOLUME was not changed"
done < volumes
kubectl get persistentvolumes --request-timeout=30s --no-headers \
  -o custom-columns="A:.metadata.name,B:.spec.claimRef.namespace,\
C:.spec.persistentVolumeReclaimPolicy" > all
LOST=$(awk -v n="$NAMESPACE" '$2 == n && $3 != "Retain" {
  printf " %s", $1 }' all)
[ -z "$LOST" ] || stop "not on Retain:$LOST"
KEPT=$(awk -v n="$NAMESPACE" '$2 == n { c++ } END { print c + 0 }' all)
ok "kept $KEPT of $(awk 'END { print NR }' volumes) volumes"
