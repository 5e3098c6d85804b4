download() {
  REQUEST=kedge-$(date -u +%Y%m%d%H%M%S)
  kubectl create --request-timeout=30s -f - <<END
apiVersion: velero.io/v1
kind: DownloadRequest
metadata:
  name: $REQUEST
  namespace: $VELERO_NAMESPACE
spec:
  target: {kind: $1, name: "$2"}
END
  during "waiting for Velero to sign a URL" timeout 70 \
    kubectl -n "$VELERO_NAMESPACE" wait --timeout=60s \
    --for=jsonpath='{.status.phase}'=Processed \
    "downloadrequests.velero.io/$REQUEST" ||
    stop "Velero signed no URL within 60 s: is it running?"
  kubectl -n "$VELERO_NAMESPACE" get "downloadrequests.velero.io/$REQUEST" \
    -o jsonpath='url = "{.status.downloadURL}"' --request-timeout=20s > url
  during "downloading from the store" curl --disable --config url --silent \
    --show-error --fail --max-time 120 --output download.gz ||
    stop "the workstation could not download it from the store"
  rm -f url
  gunzip -c download.gz > "$3"
  rm -f download.gz
}
