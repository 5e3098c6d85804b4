ready() {
  kubectl get nodes --request-timeout=20s --no-headers > node-list &&
    ! awk '$2 !~ /^Ready/' node-list | grep .
}
wait_for "every node is Ready" 120 ready
kubectl get nodes --request-timeout=25s
kubectl get csr --request-timeout=25s
kubectl -n default get endpointslices --request-timeout=25s \
  -l kubernetes.io/service-name=kubernetes
kubectl get pods -A --request-timeout=25s \
  --field-selector=status.phase!=Running,status.phase!=Succeeded
ok "every node is Ready: $(($(wc -l < node-list)))"
