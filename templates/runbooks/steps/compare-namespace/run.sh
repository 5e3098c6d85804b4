[ -n "${NAMESPACE-}" ] || stop "the namespace was not chosen yet"
[ -s contents ] || stop "the contents of the backup were not shown yet"
! grep -v -x '[A-Za-z0-9][A-Za-z0-9.-]* [0-9]*' contents ||
  stop "the backup has kinds whose names are none: nothing was compared"
compare() {
  while read -r KIND WANTED; do
    LIVE=$(kubectl -n "$NAMESPACE" get "$KIND" --request-timeout=20s \
      --no-headers --ignore-not-found < /dev/null | awk 'END { print NR }')
    [ "$LIVE" -ge "$WANTED" ] || echo "$KIND: $LIVE of $WANTED" >> incomplete
  done < contents
}
: > incomplete
during "comparing each kind with the backup" compare
cat incomplete
kubectl -n "$NAMESPACE" get pods,persistentvolumeclaims \
  --request-timeout=30s
kubectl -n "$NAMESPACE" get pods --no-headers --request-timeout=30s \
  -o custom-columns="A:.status.phase" > phases.pods
kubectl -n "$NAMESPACE" get persistentvolumeclaims --no-headers \
  --request-timeout=30s -o custom-columns="A:.status.phase" > phases.claims
COUNT=$(awk 'END { print NR }' incomplete)
PODS=$(awk '$1 != "Running" && $1 != "Succeeded" { n++ }
  END { print n + 0 }' phases.pods)
CLAIMS=$(awk '$1 != "Bound" { n++ } END { print n + 0 }' phases.claims)
ok "$COUNT kinds incomplete, $PODS pods not running, $CLAIMS claims not Bound"
