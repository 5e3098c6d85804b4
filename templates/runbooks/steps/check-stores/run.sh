FOUND=
for SECRET in $STORE_SECRETS; do
  if kubectl -n "${SECRET%%/*}" describe secret "${SECRET#*/}" \
    --request-timeout=20s > secret.txt; then
    cat secret.txt
    grep -q ' [1-9][0-9]* bytes' secret.txt || FOUND="$FOUND, Secret $SECRET"
    ! grep -q ' 0 bytes' secret.txt || FOUND="$FOUND, Secret $SECRET"
  else
    FOUND="$FOUND, Secret $SECRET"
  fi
done
for ENDPOINT in $STORE_ENDPOINTS; do
  CODE=$(store_ca "$ENDPOINT" "$STORE_CAS" | curl --disable --config - \
    --silent --show-error --output /dev/null --connect-timeout 20 \
    --max-time 25 --write-out '%{http_code}' "$ENDPOINT") || true
  echo "$ENDPOINT answers $CODE"
  [ "$CODE" != 000 ] || FOUND="$FOUND, store $ENDPOINT"
done
[ -z "$FOUND" ] || ok "look at ${FOUND#, }"
[ -n "$FOUND" ] || ok "every Secret is filled and every store answers"
