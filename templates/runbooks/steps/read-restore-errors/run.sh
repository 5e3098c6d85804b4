[ -n "${RESTORE-}" ] || stop "no restore was started yet"
download RestoreResults "$RESTORE" results.json
sed 's/","/",\n"/g; s/\[/[\n/g' results.json |
  sed '/already exists/d; /the in-cluster version is different/d'
ERRORS=$(kubectl -n "$VELERO_NAMESPACE" get --request-timeout=20s \
  "restores.velero.io/$RESTORE" -o jsonpath='{.status.errors}')
[ "${ERRORS:-0}" = 0 ] || stop "restore $RESTORE has $ERRORS errors"
ok "restore $RESTORE has no errors"
