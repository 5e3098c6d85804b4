kubectl get services -A -l operated-prometheus=true --no-headers \
  --request-timeout=30s -o custom-columns="A:.metadata.namespace,\
B:.metadata.name" > prometheus
QUERY="ALERTS%7Bcluster%3D%22$CLUSTER%22%2C"
QUERY="$QUERY"alertname%3D~%22Kedge.%2B%22%7D
COUNT=0
FIRING=
while read -r IN NAME; do
  URL=/api/v1/namespaces/$IN/services/$NAME:9090/proxy/api/v1/query
  kubectl get --raw "$URL?query=$QUERY" --request-timeout=30s \
    < /dev/null > alerts || continue
  cat alerts
  echo
  COUNT=$((COUNT + 1))
  grep -q '"result":\[\]' alerts || FIRING="$FIRING $IN/$NAME"
done < prometheus
[ "$COUNT" -gt 0 ] || stop "no Prometheus of an operator answers here"
[ -z "$FIRING" ] || stop "alerts are pending or firing in$FIRING"
ok "no alert of $CLUSTER is pending or firing"
