leases() {
  kubectl -n kube-node-lease get leases --request-timeout=20s --no-headers \
    -o custom-columns=NODE:.metadata.name,RENEWED:.spec.renewTime
}
not_ready() {
  kubectl get nodes --request-timeout=20s --no-headers > node-list &&
    leases > leases-now &&
    awk 'FILENAME == "leases-before" { before[$1] = $2; next }
      FILENAME == "leases-now" { alive[$1] = before[$1] != $2; next }
      $2 !~ /^Ready/ || !alive[$1] { print $1 }' \
      leases-before leases-now node-list > missing-nodes
}
leases > leases-before || stop "the API does not answer"
LEFT=120
until not_ready && [ ! -s missing-nodes ] || [ "$LEFT" = 0 ]; do
  [ $((LEFT % 15)) -ne 0 ] || echo "... every node is Ready: $LEFT s left"
  sleep 5
  LEFT=$((LEFT - 5))
done
not_ready || stop "the API does not answer"
kubectl get nodes --request-timeout=25s
kubectl get csr --request-timeout=25s
kubectl -n default get endpointslices --request-timeout=25s \
  -l kubernetes.io/service-name=kubernetes
kubectl get pods -A --request-timeout=25s \
  --field-selector=status.phase!=Running,status.phase!=Succeeded
NAMES=$(tr '\n' ' ' < missing-nodes)
NAMES=${NAMES% }
if [ -n "$NAMES" ]; then
  printf 'Not Ready: %s\nIf gone for good, type the same: ' "$NAMES"
  read -r ANSWER || ANSWER=
  [ "$ANSWER" = "$NAMES" ] || stop "not Ready: $NAMES"
fi
COUNT=$(($(wc -l < node-list) - $(wc -l < missing-nodes)))
[ "$COUNT" -gt 0 ] || stop "no node is Ready"
ok "nodes that are Ready: $COUNT"
