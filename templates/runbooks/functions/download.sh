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
  URL=$(kubectl -n "$VELERO_NAMESPACE" get --request-timeout=20s \
    "downloadrequests.velero.io/$REQUEST" -o jsonpath='{.status.downloadURL}')
  STRANGE=$(printf %s "$URL" |
    LC_ALL=C tr -d 'A-Za-z0-9._~:/?&=%+@,;[]-' | wc -c)
  [ "$((STRANGE))" -eq 0 ] || stop "Velero's URL is not a plain one"
  case $URL in
  http://?* | https://?*) ;;
  *) stop "Velero's URL is not one of http or https" ;;
  esac
  store_ca "$URL" "$VELERO_CAS" > url
  printf 'url = "%s"\n' "$URL" >> url
  during "downloading from the store" curl --disable --config url --silent \
    --show-error --fail --globoff --proto '=http,https' --max-time 120 \
    --max-filesize 500000000 --output download.gz || {
    rm -f url
    stop "the workstation could not download it from the store"
  }
  rm -f url
  gunzip -c download.gz > download
  LC_ALL=C tr -cd '\11\12\40-\176' < download > "$3"
  rm -f download.gz download
}
