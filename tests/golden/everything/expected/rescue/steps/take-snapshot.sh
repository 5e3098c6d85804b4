JOB=after-restore-$(date -u +%Y%m%d%H%M%S)
STATE='{.status.conditions[?(@.status=="True")].type}'
ended() {
  kubectl -n "$BACKUP_NAMESPACE" get job "$JOB" -o jsonpath="$STATE" \
    --request-timeout=20s > result && grep -q -E 'Complete|Failed' result
}
kubectl -n "$BACKUP_NAMESPACE" create job "$JOB" \
  --from="cronjob/$BACKUP_JOB" --request-timeout=25s
wait_for "the snapshot job ends" "$BACKUP_DEADLINE" ended
kubectl -n "$BACKUP_NAMESPACE" logs "job/$JOB" --all-containers --tail=3 \
  --request-timeout=25s || true
grep -q Complete result || stop "the job $JOB failed: see its last lines"
ok "the job $JOB has taken a snapshot"
