"""The shell of one backup by Velero, with kubectl and curl only: why none ended well, one by hand, and how it ends.

Velero counts a backup for a schedule by the label `velero.io/schedule-name`, and for its metric only if it is Completed (1.18).
"""

from compiler.runbooks import velero_restore

LOOK = """
date -u
kubectl -n @velero@ get deployments,daemonsets,pods \\
  --request-timeout=20s
kubectl -n @velero@ get backupstoragelocations.velero.io \\
  --request-timeout=20s -o custom-columns="LOCATION:.metadata.name,\\
PHASE:.status.phase,CHECKED:.status.lastValidationTime,\\
WHY:.status.message"
kubectl -n @velero@ get schedules.velero.io --request-timeout=20s \\
  -o custom-columns="SCHEDULE:.metadata.name,PHASE:.status.phase,\\
PAUSED:.spec.paused,LAST:.status.lastBackup,\\
SKIPPED:.status.lastSkipped,WHY:.status.validationErrors[*]"
"""
CHOOSE = """
printf 'Which schedule does the alert name? '
if read -r SCHEDULE; then
  case $SCHEDULE in
@choices@) printf 'SCHEDULE=%s\\n' "$SCHEDULE" >> ./env ;;
  *) echo "STOP: there is no schedule '$SCHEDULE'" ;;
  esac
  kubectl -n @velero@ get backups.velero.io --request-timeout=30s \\
    -l "velero.io/schedule-name=$SCHEDULE" \\
    --sort-by=.metadata.creationTimestamp --no-headers \\
    -o custom-columns="A:.metadata.name,B:.status.phase,\\
C:.status.completionTimestamp,D:.status.errors,\\
E:.status.failureReason,F:.status.validationErrors[*]" > last
  echo 'backup, phase, ended, errors, why, refused' && tail -n 12 last
  printf 'LAST=%s\\n' "$(tail -n 1 last | cut -d ' ' -f 1)" >> ./env
fi
"""
ERRORS = (
    """
kubectl -n @velero@ logs deployment/velero --tail=5000 \\
  --request-timeout=60s | grep -e level=error -e level=fatal | tail -n 10
kubectl -n @velero@ get \\
  podvolumebackups.velero.io,datauploads.velero.io \\
  -l "velero.io/backup-name=$LAST" --request-timeout=30s \\
  -o custom-columns="VOLUME:.metadata.name,PHASE:.status.phase,\\
NODE:.status.node,SAYS:.status.message"
"""
    + velero_restore.DOWNLOAD.strip("\n")
    .replace("@target@", "BackupResults")
    .replace("@of@", "$LAST")
    .replace("@file@", "results.json")
    + """
sed 's/","/",\\n"/g; s/\\[/[\\n/g' results.json
"""
)
RESUME = """
kubectl -n @velero@ patch schedules.velero.io "$SCHEDULE" --type=merge \\
  -p '{"spec":{"paused":false}}' --request-timeout=30s
"""
RUN = """
BACKUP=$SCHEDULE-$(date -u +%Y%m%d%H%M%S)
TEMPLATE=$(kubectl -n @velero@ get schedules.velero.io "$SCHEDULE" \\
  -o jsonpath='{.spec.template}' --request-timeout=20s)
kubectl create --request-timeout=30s -f - <<END
apiVersion: velero.io/v1
kind: Backup
metadata:
  name: $BACKUP
  namespace: @velero@
  labels:
    velero.io/schedule-name: $SCHEDULE
    app.kubernetes.io/part-of: @cluster@
spec: $TEMPLATE
END
printf 'BACKUP=%s\\nLAST=%s\\n' "$BACKUP" "$BACKUP" >> ./env
"""
WATCH = """
echo 'try, phase, saved, of, errors, warnings, why, refused'
for TRY in $(seq 240); do
  STATE=$(kubectl -n @velero@ get "backups.velero.io/$BACKUP" \\
    --request-timeout=20s --no-headers -o custom-columns="\\
PHASE:.status.phase,DONE:.status.progress.itemsBackedUp,\\
OF:.status.progress.totalItems,ERRORS:.status.errors,\\
WARNINGS:.status.warnings,WHY:.status.failureReason,\\
REFUSED:.status.validationErrors[*]")
  echo "$TRY $STATE"
  case $STATE in
  Completed* | PartiallyFailed* | Failed*) break ;;
  esac
  sleep 15
done
"""
