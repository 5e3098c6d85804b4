gone() {
  FOUND=$(kubectl -n "$1" get "$2" "$3" --ignore-not-found -o name \
    --request-timeout=20s < /dev/null) && [ -z "$FOUND" ]
}
[ -f suspended ] || stop "nothing was suspended from this working folder"
: > failed
while read -r KIND IN NAME; do
  kubectl -n "$IN" patch "$KIND" "$NAME" --type=merge \
    --field-manager=flux -p '{"spec":{"suspend":false}}' \
    --request-timeout=30s < /dev/null ||
    gone "$IN" "$KIND" "$NAME" || echo "$KIND $IN $NAME" >> failed
done < suspended
LEFT=$(awk 'END { print NR }' failed)
COUNT=$(awk 'END { print NR }' suspended)
mv suspended "resumed-$(date -u +%Y%m%dT%H%M%SZ)"
mv failed suspended
cat suspended
[ "$LEFT" = 0 ] || stop "$LEFT of $COUNT Flux objects are still suspended"
ok "resumed $COUNT Flux objects"
