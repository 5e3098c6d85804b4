APPS=applications.argoproj.io
gone() {
  FOUND=$(kubectl -n "$1" get "$APPS" "$2" --ignore-not-found -o name \
    --request-timeout=20s < /dev/null) && [ -z "$FOUND" ]
}
[ -f suspended ] || stop "nothing was suspended from this working folder"
: > failed
while read -r IN NAME; do
  kubectl -n "$IN" annotate "$APPS" "$NAME" \
    argocd.argoproj.io/skip-reconcile- \
    --request-timeout=30s < /dev/null ||
    gone "$IN" "$NAME" || echo "$IN $NAME" >> failed
done < suspended
LEFT=$(awk 'END { print NR }' failed)
COUNT=$(awk 'END { print NR }' suspended)
mv suspended "resumed-$(date -u +%Y%m%dT%H%M%SZ)"
mv failed suspended
cat suspended
[ "$LEFT" = 0 ] || stop "$LEFT of $COUNT Applications are still suspended"
ok "resumed $COUNT Applications"
