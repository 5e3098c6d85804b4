[ -n "${NAMESPACE-}" ] || stop "the namespace was not chosen yet"
kubectl get persistentvolumes --request-timeout=30s \
  -o custom-columns="VOLUME:.metadata.name,\
NAMESPACE:.spec.claimRef.namespace,CLAIM:.spec.claimRef.name,\
PHASE:.status.phase,RECLAIM:.spec.persistentVolumeReclaimPolicy" > all
awk -v n="$NAMESPACE" 'NR == 1 || $2 == n' all
awk -v n="$NAMESPACE" '$2 == n' all > volumes
DELETE=$(awk '$5 == "Delete" { n++ } END { print n + 0 }' volumes)
COUNT=$(awk 'END { print NR }' volumes)
ok "$COUNT volumes, $DELETE of them with reclaim policy Delete"
