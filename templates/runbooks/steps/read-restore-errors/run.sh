[ -n "${RESTORE-}" ] || stop "no restore was started yet"
REQUEST=kedge-$(date -u +%Y%m%d%H%M%S)
kubectl create --request-timeout=30s -f - <<END
apiVersion: velero.io/v1
kind: DownloadRequest
metadata:
  name: $REQUEST
  namespace: $VELERO_NAMESPACE
spec:
  target:
    kind: RestoreResults
    name: "$RESTORE"
END
during "waiting for Velero to sign a URL" timeout 70 \
  kubectl -n "$VELERO_NAMESPACE" wait --timeout=60s \
  --for=jsonpath='{.status.phase}'=Processed \
  "downloadrequests.velero.io/$REQUEST" ||
  stop "Velero signed no URL within 60 s: is it running?"
kubectl -n "$VELERO_NAMESPACE" get --request-timeout=20s \
  "downloadrequests.velero.io/$REQUEST" \
  -o jsonpath='url = "{.status.downloadURL}"' > url
during "downloading from the store" curl --disable --config url --silent \
  --show-error --fail --max-time 120 --output results.json.gz ||
  stop "the workstation could not download it from the store"
gunzip -c results.json.gz > results.json
rm url
sed 's/","/",\n"/g; s/\[/[\n/g' results.json |
  sed '/already exists/d; /the in-cluster version is different/d'
ERRORS=$(kubectl -n "$VELERO_NAMESPACE" get --request-timeout=20s \
  "restores.velero.io/$RESTORE" -o jsonpath='{.status.errors}')
[ "${ERRORS:-0}" = 0 ] || stop "restore $RESTORE has $ERRORS errors"
ok "restore $RESTORE has no errors"
