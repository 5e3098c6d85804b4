[ -n "${LAST-}" ] || stop "no backup of the schedule is known: choose it first"
kubectl -n "$VELERO_NAMESPACE" logs deployment/velero --tail=5000 \
  --request-timeout=30s > log ||
  echo "no log of the Velero server: look at its pod"
grep -e level=error -e level=fatal log | tail -n 10
kubectl -n "$VELERO_NAMESPACE" get \
  podvolumebackups.velero.io,datauploads.velero.io \
  -l "velero.io/backup-name=$LAST" --request-timeout=30s \
  -o custom-columns="VOLUME:.metadata.name,PHASE:.status.phase,\
NODE:.status.node,SAYS:.status.message"
PHASE=$(kubectl -n "$VELERO_NAMESPACE" get "backups.velero.io/$LAST" \
  -o jsonpath='{.status.phase}' --request-timeout=20s)
[ "$PHASE" != FailedValidation ] ||
  stop "$LAST was refused by Velero, so it has no results"
REQUEST=kedge-$(date -u +%Y%m%d%H%M%S)
kubectl create --request-timeout=30s -f - <<END
apiVersion: velero.io/v1
kind: DownloadRequest
metadata:
  name: $REQUEST
  namespace: $VELERO_NAMESPACE
spec:
  target: {kind: BackupResults, name: "$LAST"}
END
during "Velero signs a link" timeout 70 kubectl -n "$VELERO_NAMESPACE" \
  wait "downloadrequests.velero.io/$REQUEST" --timeout=60s \
  --for=jsonpath='{.status.phase}'=Processed ||
  stop "Velero gives no link to the results of $LAST"
kubectl -n "$VELERO_NAMESPACE" get "downloadrequests.velero.io/$REQUEST" \
  -o jsonpath='url = "{.status.downloadURL}"' --request-timeout=20s > link.conf
during "downloading" curl --disable --config link.conf --silent --show-error \
  --fail --max-time 120 --output results.gz ||
  stop "the results of $LAST cannot be downloaded"
rm -f link.conf
gunzip -c results.gz > results.json
sed 's/","/",\n"/g; s/\[/[\n/g' results.json
ok "errors and warnings of $LAST are above"
