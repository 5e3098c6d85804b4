kubectl -n "$MONITORING_NAMESPACE" get services --no-headers \
  -l operated-prometheus=true --request-timeout=30s \
  -o custom-columns="A:.metadata.namespace,B:.metadata.name" > prometheus
QUERY="ALERTS%7Bcluster%3D%22$CLUSTER%22%2C"
QUERY="$QUERY"alertname%3D~%22Kedge.%2B%22%7D
COUNT=0
SILENT=
FIRING=
while read -r IN NAME; do
  URL=/api/v1/namespaces/$IN/services/$NAME:9090/proxy/api/v1
  kubectl get --raw "$URL/rules?type=alert" --request-timeout=30s \
    < /dev/null > alert-rules || { SILENT="$SILENT $IN/$NAME"; continue; }
  if ! grep -q '"name":"Kedge' alert-rules; then
    echo "$IN/$NAME has no alert of kedge: left out"
    continue
  fi
  kubectl get --raw "$URL/query?query=$QUERY" --request-timeout=30s \
    < /dev/null > alerts || { SILENT="$SILENT $IN/$NAME"; continue; }
  cat -v alerts
  echo
  COUNT=$((COUNT + 1))
  grep -q '"result":\[\]' alerts || FIRING="$FIRING $IN/$NAME"
done < prometheus
[ -z "$SILENT" ] || stop "these Prometheus do not answer:$SILENT"
[ "$COUNT" -gt 0 ] || stop "no Prometheus with the alerts of kedge answers here"
[ -z "$FIRING" ] || stop "alerts are pending or firing in$FIRING"
ok "no alert of $CLUSTER is pending or firing"
