kubectl delete node "$LOST" --ignore-not-found --wait=false \
  --request-timeout=30s
kubectl get nodes --request-timeout=30s
ok "the node of $LOST is deleted"
