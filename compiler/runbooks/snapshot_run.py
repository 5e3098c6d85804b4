"""The shell of one run of the snapshot job: why none came to its end, one by hand, and how it ends; in the order of use.

A Job that `kubectl create job --from` makes has the CronJob as its controller, so its success is the CronJob's own (kubectl and
controller-manager 1.35): the metric of the alert follows. It is not bound by the schedule, a suspended CronJob or `Forbid`.
"""

JOB = """
date -u
kubectl -n @namespace@ get cronjob @job@ --request-timeout=20s \\
  -o custom-columns="SUSPENDED:.spec.suspend,\\
ACTIVE:.status.active[*].name,STARTED:.status.lastScheduleTime,\\
SUCCEEDED:.status.lastSuccessfulTime"
kubectl -n @namespace@ get jobs --request-timeout=20s \\
  --sort-by=.metadata.creationTimestamp -o custom-columns="\\
JOB:.metadata.name,STARTED:.status.startTime,\\
CONDITIONS:.status.conditions[*].type,\\
WHY:.status.conditions[*].message"
kubectl -n @namespace@ get pods -o wide --request-timeout=20s
"""
START = """
kubectl -n @namespace@ get events --request-timeout=20s \\
  --field-selector=type=Warning --sort-by=.metadata.creationTimestamp \\
  -o custom-columns="OF:.involvedObject.name,REASON:.reason,\\
SAYS:.message" | tail -n 20
kubectl get nodes -l node-role.kubernetes.io/control-plane \\
  --request-timeout=20s -o custom-columns="NODE:.metadata.name,\\
CORDONED:.spec.unschedulable,TAINTS:.spec.taints[*].key,\\
TRUE:.status.conditions[?(@.status=='True')].type"
kubectl get namespace @namespace@ --show-labels --request-timeout=20s
kubectl -n @namespace@ get serviceaccounts,resourcequotas,limitranges \\
  --request-timeout=20s
kubectl get validatingadmissionpolicies,validatingwebhookconfigurations \\
  --request-timeout=20s
"""
STAGES = """
POD=$(kubectl -n @namespace@ get pods --request-timeout=20s -o name \\
  -l app.kubernetes.io/name=@job@ \\
  --sort-by=.metadata.creationTimestamp | tail -n 1)
STATES='{range .status.initContainerStatuses[*]}{.name} {.state}{"\\n"}{end}'
kubectl -n @namespace@ get "$POD" -o jsonpath="$STATES" \\
  --request-timeout=20s
STATES='{range .status.containerStatuses[*]}{.name} {.state}{"\\n"}{end}'
kubectl -n @namespace@ get "$POD" -o jsonpath="$STATES" \\
  --request-timeout=20s
kubectl -n @namespace@ logs "$POD" --all-containers --prefix \\
  --ignore-errors --tail=10 --request-timeout=60s
"""
RESUME = """
kubectl -n @namespace@ patch cronjob @job@ --type=merge \\
  -p '{"spec":{"suspend":false}}' --request-timeout=30s
"""
RUN = """
RUN=@job@-by-hand-$(date -u +%Y%m%d%H%M%S)
kubectl -n @namespace@ create job "$RUN" --from=cronjob/@job@ \\
  --request-timeout=30s
printf 'RUN=%s\\n' "$RUN" >> ./env
"""
WATCH = """
echo 'try, conditions, why, then its pods'
for TRY in $(seq @tries@); do
  STATE=$(kubectl -n @namespace@ get job "$RUN" --request-timeout=20s \\
    --no-headers -o custom-columns="A:.status.conditions[*].type,\\
B:.status.conditions[*].reason")
  echo "$TRY $STATE"
  kubectl -n @namespace@ get pods -l "job-name=$RUN" --no-headers \\
    --request-timeout=20s
  case $STATE in
  *Complete* | *Failed*) break ;;
  esac
  sleep 15
done
kubectl -n @namespace@ logs -l "job-name=$RUN" --all-containers \\
  --prefix --ignore-errors --tail=3 --request-timeout=60s
kubectl -n @namespace@ get cronjob @job@ --request-timeout=20s \\
  -o custom-columns="SUCCEEDED:.status.lastSuccessfulTime"
"""
