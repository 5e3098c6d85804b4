IMAGE=$(timeout 20 crictl images |
  awk '$1 ~ /\/pause$/ { print $1 ":" $2; exit }')
[ -n "$IMAGE" ] || stop "this host has no pause image"
kubectl -n kube-system delete pods -l app=kedge-proof \
  --request-timeout=25s --wait=false
STAMP=$(date -u +%H%M%S)
kubectl get nodes --request-timeout=25s --no-headers > node-list
awk '$2 !~ /^Ready/ { print "left out, not Ready: " $1 }' node-list
awk '$2 ~ /^Ready/ { print ++n, $1 }' node-list > all-nodes
[ -s all-nodes ] || stop "no node is Ready"
while read -r NUMBER NODE; do
  kubectl create --request-timeout=25s -f - <<END
apiVersion: v1
kind: Pod
metadata:
  name: kedge-proof-$STAMP-$NUMBER
  namespace: kube-system
  labels: {app: kedge-proof, try: "$STAMP"}
spec:
  affinity:
    nodeAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms:
          - matchFields:
              - {key: metadata.name, operator: In, values: ["$NODE"]}
  tolerations: [{operator: Exists}]
  automountServiceAccountToken: false
  securityContext:
    runAsNonRoot: true
    runAsUser: 65535
    seccompProfile: {type: RuntimeDefault}
  containers:
    - name: pause
      image: $IMAGE
      imagePullPolicy: IfNotPresent
      securityContext:
        allowPrivilegeEscalation: false
        capabilities: {drop: [ALL]}
END
done < all-nodes
READY=
! during "waiting for the new pods" timeout 130 kubectl -n kube-system \
  wait pods -l "try=$STAMP" --for=condition=Ready --timeout=120s || READY=1
kubectl -n kube-system get pods -l "try=$STAMP" -o wide \
  --request-timeout=25s
kubectl -n kube-system delete pods -l "try=$STAMP" \
  --request-timeout=25s --wait=false
[ -n "$READY" ] || stop "a new pod does not run: see the table"
ok "a new pod runs on every node that is Ready: $(($(wc -l < all-nodes)))"
