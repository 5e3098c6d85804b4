kubectl get services -A -l operated-prometheus=true --no-headers \
  --request-timeout=30s -o custom-columns="A:.metadata.namespace,\
B:.metadata.name" > prometheus
QUERY="ALERTS%7Bcluster%3D%22$CLUSTER%22%2C"
QUERY="$QUERY"alertname%3D~%22Kedge.%2B%22%7D
COUNT=0
FIRING=
while read -r IN NAME; do
  URL=/api/v1/namespaces/$IN/services/$NAME:9090/proxy/api/v1
  kubectl get --raw "$URL/rules?type=alert" --request-timeout=30s \
    < /dev/null > alert-rules || continue
  if ! grep -q '"name":"Kedge' alert-rules; then
    echo "$IN/$NAME has no alert of kedge: left out"
    continue
  fi
  kubectl get --raw "$URL/query?query=$QUERY" --request-timeout=30s \
    < /dev/null > alerts || continue
  cat alerts
  echo
  COUNT=$((COUNT + 1))
  grep -q '"result":\[\]' alerts || FIRING="$FIRING $IN/$NAME"
done < prometheus
[ "$COUNT" -gt 0 ] || stop "no Prometheus with the alerts of kedge answers here"
[ -z "$FIRING" ] || stop "alerts are pending or firing in$FIRING"
ok "no alert of $CLUSTER is pending or firing"
