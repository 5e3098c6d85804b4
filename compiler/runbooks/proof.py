"""Shared step that proves a recovery: a new pod on every node. An API that answers proves nothing.

Measured after a restore: API ready and nodes Ready, yet a new pod stayed Pending for minutes until the kubelets restarted.
"""

from compiler.plan.plan import Plan
from compiler.runbooks import hosts
from compiler.runbooks.chapter import Step

_NEW_PODS = """
IMAGE=$(timeout 20 crictl images |
  awk '$1 ~ /\\/pause$/ { print $1 ":" $2; exit }')
kubectl -n kube-system delete pods -l app=kedge-proof \\
  --request-timeout=60s --wait=false
STAMP=$(date -u +%H%M%S)
kubectl get nodes --request-timeout=30s -o custom-columns=A:.metadata.name \\
  --no-headers | awk '{ print NR, $1 }' > all-nodes
while read -r NUMBER NODE; do
  kubectl create --request-timeout=30s -f - <<END
apiVersion: v1
kind: Pod
metadata:
  name: kedge-proof-$STAMP-$NUMBER
  namespace: kube-system
  labels: {app: kedge-proof, try: "$STAMP"}
spec:
  nodeSelector: {kubernetes.io/hostname: "$NODE"}
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
timeout 130 kubectl -n kube-system wait pods -l "try=$STAMP" \\
  --for=condition=Ready --timeout=120s &&
  echo 'OK: a new pod runs on every node'
kubectl -n kube-system get pods -l "try=$STAMP" -o wide \\
  --request-timeout=20s
kubectl -n kube-system delete pods -l "try=$STAMP" \\
  --request-timeout=60s --wait=false
"""


def new_pods(plan: Plan, step: str, on_failure: str) -> Step:
    """Return the step that starts a new pod on every node and waits until all run; on one control-plane host."""
    return Step(step, "changing", 3, hosts.on(plan, "one", _NEW_PODS), on_failure)
