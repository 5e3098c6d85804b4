[ -n "${RUN-}" ] || stop "no snapshot was started by hand: run one first"
ended() {
  kubectl -n "$BACKUP_NAMESPACE" get pods -l "job-name=$RUN" \
    --no-headers --request-timeout=20s
  kubectl -n "$BACKUP_NAMESPACE" get job "$RUN" --request-timeout=20s \
    --no-headers -o custom-columns="A:.status.conditions[*].type,\
B:.status.conditions[*].reason" > conditions
  cat conditions
  grep -q -e Complete -e Failed conditions
}
wait_for "$RUN" "$BACKUP_DEADLINE" ended
cat answer
kubectl -n "$BACKUP_NAMESPACE" logs -l "job-name=$RUN" --all-containers \
  --prefix --ignore-errors --tail=3 --request-timeout=30s ||
  echo "no logs of $RUN: its pod is gone, or its node does not answer"
kubectl -n "$BACKUP_NAMESPACE" get cronjob "$BACKUP_JOB" \
  -o custom-columns="SUCCEEDED:.status.lastSuccessfulTime" \
  --request-timeout=20s
grep -q Complete conditions || stop "$RUN failed: $(cat conditions)"
ok "$RUN is complete"
