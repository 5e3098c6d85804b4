FOUND=
kubectl -n "$BACKUP_NAMESPACE" get events --request-timeout=20s \
  --field-selector=type=Warning --sort-by=.metadata.creationTimestamp \
  -o custom-columns="OF:.involvedObject.name,REASON:.reason,\
SAYS:.message" > events.txt
tail -n 20 events.txt
[ "$(wc -l < events.txt)" -lt 2 ] || FOUND="$FOUND, the warnings"
sed -n "s/.*AdmissionPolicy '\([a-z-]*\)' .* denied request: /\1 refused: /p" \
  events.txt | tail -n 1 > refused.txt
sed 's/^/policy /' refused.txt
[ ! -s refused.txt ] || FOUND="$FOUND, what the policy refused"
kubectl get nodes -l node-role.kubernetes.io/control-plane \
  --request-timeout=20s -o custom-columns="NODE:.metadata.name,\
CORDONED:.spec.unschedulable,TAINTS:.spec.taints[*].key,\
TRUE:.status.conditions[?(@.status=='True')].type" > nodes.txt
cat nodes.txt
awk '$2 != "true" && $4 ~ /Ready/ { n++ } END { exit !n }' nodes.txt ||
  FOUND="$FOUND, the control-plane nodes"
kubectl get namespace "$BACKUP_NAMESPACE" --show-labels \
  --request-timeout=20s > namespace.txt
cat namespace.txt
grep -q 'pod-security.kubernetes.io/enforce=privileged' namespace.txt ||
  FOUND="$FOUND, the label of the namespace"
kubectl -n "$BACKUP_NAMESPACE" get serviceaccount "$BACKUP_JOB" \
  --request-timeout=20s || FOUND="$FOUND, the service account"
kubectl -n "$BACKUP_NAMESPACE" get resourcequotas,limitranges \
  --request-timeout=20s -o name > limits.txt
cat limits.txt
[ ! -s limits.txt ] || FOUND="$FOUND, quotas and limit ranges"
kubectl get validatingadmissionpolicies,validatingwebhookconfigurations,\
mutatingwebhookconfigurations --request-timeout=20s -o name > admission.txt
cat admission.txt
for POLICY in kedge-backup-pods kedge-backup-no-exec; do
  grep -q "/$POLICY\$" admission.txt || FOUND="$FOUND, policy $POLICY"
done
[ -n "$FOUND" ] || FOUND=", nothing here keeps the pod from starting"
case $FOUND in
", nothing"*) ok "${FOUND#, }" ;;
*) ok "look at ${FOUND#, }" ;;
esac
