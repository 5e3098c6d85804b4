for POD in kube-controller-manager kube-scheduler; do
  [ ! -e "manifests/$POD.yaml" ] ||
    mv "manifests/$POD.yaml" "$STATIC_PODS/"
  [ -s "$STATIC_PODS/$POD.yaml" ] || stop "$HOST has no manifest of $POD"
done
started() {
  timeout 20 crictl ps -q --name '^kube-(controller-manager|scheduler)$' \
    > running && [ "$(wc -l < running)" -ge 2 ]
}
wait_for "the kubelet starts both" 90 started
ok "the controller manager and the scheduler of $HOST run"
