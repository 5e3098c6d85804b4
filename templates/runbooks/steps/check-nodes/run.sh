not_ready() {
  kubectl get nodes --request-timeout=20s --no-headers > node-list &&
    awk '$2 !~ /^Ready/ { print $1 }' node-list > missing-nodes
}
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
