kubectl -n "$BACKUP_NAMESPACE" patch cronjob "$BACKUP_JOB" --type=merge \
  -p '{"spec":{"suspend":false}}' --request-timeout=30s
ok "$BACKUP_JOB is not suspended"
