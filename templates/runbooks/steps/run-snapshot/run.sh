RUN=$BACKUP_JOB-by-hand-$(date -u +%Y%m%d%H%M%S)
kubectl -n "$BACKUP_NAMESPACE" create job "$RUN" \
  --from="cronjob/$BACKUP_JOB" --request-timeout=30s
remember RUN "$RUN"
ok "the Job $RUN is created"
