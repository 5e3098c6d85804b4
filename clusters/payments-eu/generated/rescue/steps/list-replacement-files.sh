grep -h -A 2 'hostPath:' "$STATIC_PODS/kube-apiserver.yaml" |
  sed -n 's/^ *path: //p' > paths
grep -vxF "${CLUSTER_CA%/*}" paths > mounted || true
cat mounted
ok "the API server mounts $(wc -l < mounted) more host paths"
