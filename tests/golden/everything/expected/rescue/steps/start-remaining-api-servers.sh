block_api
MANIFEST=kube-apiserver.yaml
[ ! -e "manifests/$MANIFEST" ] || mv "manifests/$MANIFEST" "$STATIC_PODS/"
wait_for "the API of $HOST answers" 240 \
  kubectl get --raw=/readyz --request-timeout=5s
ok "the API of $HOST answers"
