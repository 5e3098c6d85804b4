[ -n "${NAMESPACE-}" ] || stop "the namespace was not chosen yet"
claims() {
  kubectl -n "$NAMESPACE" get persistentvolumeclaims --no-headers \
    --request-timeout=30s \
    -o custom-columns="A:.metadata.name,B:.status.phase" > claims
  awk '$2 == "Pending" { print $1 }' claims > pending
}
bound() {
  while read -r VOLUME _; do
    PHASE=$(kubectl get persistentvolume "$VOLUME" --request-timeout=20s \
      -o jsonpath='{.status.phase}' < /dev/null)
    echo "$VOLUME is $PHASE"
    [ "$PHASE" = Bound ] || return 1
  done < rebind
}
claims
kubectl get persistentvolumes --request-timeout=30s --no-headers \
  -o custom-columns="A:.metadata.name,B:.spec.claimRef.namespace,\
C:.spec.claimRef.name,D:.status.phase,E:.spec.capacity.storage,\
F:.metadata.creationTimestamp,G:.status.lastPhaseTransitionTime" > all
awk -v n="$NAMESPACE" 'NR == FNR { p[$1]; next }
  $2 == n && ($4 == "Released" || $4 == "Failed") && $3 in p' \
  pending all > rebind
cat rebind
SEVERAL=$(awk '{ n[$3]++ }
  END { for (c in n) if (n[c] > 1) print c }' rebind)
for CLAIM in $SEVERAL; do
  echo "Kept volumes of $CLAIM (volume, size, made, released):"
  awk -v c="$CLAIM" '$3 == c { print $1, $5, $6, $7 }' rebind
  printf 'Type the one to bind, or press Enter for none of them: '
  read -r VOLUME || VOLUME=
  awk -v c="$CLAIM" -v v="$VOLUME" '$3 == c && $1 == v' rebind > picked
  [ -z "$VOLUME" ] || [ -s picked ] ||
    stop "nothing was changed: no kept volume of $CLAIM is called $VOLUME"
  awk -v c="$CLAIM" '$3 != c' rebind >> picked
  mv picked rebind
done
while read -r VOLUME _; do
  kubectl patch persistentvolume "$VOLUME" --request-timeout=30s \
    --type=json -p '[
    {"op": "remove", "path": "/spec/claimRef/uid"},
    {"op": "remove", "path": "/spec/claimRef/resourceVersion"}]' \
    < /dev/null
done < rebind
wait_for "the volumes to be Bound" 60 bound
claims
COUNT=$(awk 'END { print NR }' rebind)
ok "$COUNT volumes rebound, $(awk 'END { print NR }' pending) claims Pending"
