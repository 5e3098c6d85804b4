[ -n "${NAMESPACE-}" ] || stop "the namespace was not chosen yet"
[ -n "${BACKUP-}" ] || stop "no backup was chosen yet"
PHASE=$(kubectl get namespace "$NAMESPACE" --request-timeout=20s \
  --ignore-not-found -o jsonpath='{.status.phase}')
[ "$PHASE" != Terminating ] ||
  stop "nothing was restored: $NAMESPACE is Terminating"
RESTORE=kedge-$(date -u +%Y%m%d%H%M%S)
kubectl create --request-timeout=30s -f - <<END
apiVersion: velero.io/v1
kind: Restore
metadata:
  name: $RESTORE
  namespace: $VELERO_NAMESPACE
spec:
  backupName: "$BACKUP"
  includedNamespaces: ["$NAMESPACE"]
  existingResourcePolicy: none
  restorePVs: true
  itemOperationTimeout: 4h0m0s
END
remember RESTORE "$RESTORE"
ok "restore $RESTORE of $NAMESPACE from $BACKUP"
