"""The shell of a restore of one namespace by Velero, with kubectl and curl only, in the order of use."""

CHOOSE = """
printf 'Which namespace was deleted? '
if read -r NAMESPACE; then
  case $NAMESPACE in
@choices@) printf 'NAMESPACE=%s\\n' "$NAMESPACE" >> ./env ;;
  *) echo "STOP: '$NAMESPACE' is not backed up" ;;
  esac
  kubectl get namespace "$NAMESPACE" --request-timeout=20s \\
    --ignore-not-found -o custom-columns="NAME:.metadata.name,\\
PHASE:.status.phase,MADE:.metadata.creationTimestamp,\\
DELETED:.metadata.deletionTimestamp"
fi
"""
DISKS = """
kubectl get persistentvolumes --request-timeout=30s --no-headers \\
  -o custom-columns="A:.metadata.name,B:.spec.claimRef.namespace,\\
C:.spec.claimRef.name,D:.status.phase,\\
E:.spec.persistentVolumeReclaimPolicy" |
  awk -v n="$NAMESPACE" '$2 == n' | tee disks
"""
RETAIN = """
while read -r DISK _; do
  kubectl patch persistentvolume "$DISK" --type=merge \\
    -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}' \\
    --request-timeout=30s < /dev/null
done < disks
"""
REMAINS = """
SAYS='{range .status.conditions[*]}{.type}{": "}{.message}{"\\n"}{end}'
kubectl get namespace "$NAMESPACE" --request-timeout=20s \\
  --ignore-not-found -o jsonpath="$SAYS"
: > remains
timeout 60 kubectl api-resources --verbs=list,patch --namespaced \\
  -o name | grep -v '^events' > kinds
while read -r KIND; do
  kubectl -n "$NAMESPACE" get "$KIND" --request-timeout=20s \\
    --ignore-not-found --no-headers -o custom-columns="A:.metadata.name,\\
B:.metadata.finalizers" < /dev/null 2> /dev/null |
    awk -v k="$KIND" '$2 != "<none>" &&
      $2 != "[kubernetes.io/pvc-protection]" { print k, $1, $2 }' >> remains
done < kinds
cat remains
"""
UNSTICK = """
cat remains
PHASE=$(kubectl get namespace "$NAMESPACE" --request-timeout=20s \\
  -o jsonpath='{.status.phase}')
printf 'Type %s to take these finalizers away: ' "$NAMESPACE"
if read -r ANSWER && [ "$ANSWER" = "$NAMESPACE" ] &&
  [ "$PHASE" = Terminating ]; then
  while read -r KIND NAME _; do
    kubectl -n "$NAMESPACE" patch "$KIND" "$NAME" --type=merge \\
      -p '{"metadata":{"finalizers":null}}' \\
      --request-timeout=30s < /dev/null
  done < remains
  timeout 130 kubectl wait "namespace/$NAMESPACE" --for=delete \\
    --timeout=120s
fi
"""
BACKUPS = """
kubectl -n @velero@ get backupstoragelocations.velero.io \\
  --request-timeout=30s
kubectl -n @velero@ get backups.velero.io --request-timeout=30s \\
  --sort-by=.status.startTimestamp --no-headers \\
  -o custom-columns="A:.metadata.name,B:.status.phase,\\
C:.status.startTimestamp,D:.spec.includedNamespaces[*]" |
  awk -v n="$NAMESPACE" '$2 == "Completed" &&
    index("," $4 ",", "," n ",") { print $1, $3 }' | tee backups
printf 'BACKUP=%s\\n' "$(tail -n 1 backups | cut -d ' ' -f 1)" >> ./env
tail -n 1 ./env
"""
# Has Velero sign a URL for one file of a backup or restore, and fetches it: @target@ its kind, @of@ whose, @file@ where to.
DOWNLOAD = """
REQUEST=kedge-$(date -u +%Y%m%d%H%M%S)
kubectl create --request-timeout=30s -f - <<END
apiVersion: velero.io/v1
kind: DownloadRequest
metadata:
  name: $REQUEST
  namespace: @velero@
spec:
  target: {kind: @target@, name: "@of@"}
END
timeout 70 kubectl -n @velero@ wait \\
  "downloadrequests.velero.io/$REQUEST" --timeout=60s \\
  --for=jsonpath='{.status.phase}'=Processed
kubectl -n @velero@ get "downloadrequests.velero.io/$REQUEST" \\
  -o jsonpath='url = "{.status.downloadURL}"' --request-timeout=20s |
  curl --disable --config - --silent --show-error --fail \\
    --max-time 120 | gunzip > @file@
"""
HOLDS = (
    DOWNLOAD.replace("@target@", "BackupResourceList").replace("@of@", "$BACKUP").replace("@file@", "list.json")
    + """tr ']' '\\n' < list.json |
  sed -n 's/^[,{]*"\\([^"]*\\)": *\\[\\(.*\\)$/\\1 \\2/p' |
  awk -v n="$NAMESPACE" '{ c = gsub("\\"" n "/", ""); p = split($1, k, "/")
    if (c) print (p == 3 ? k[3] "." k[2] "." k[1] : k[2]), c }' | tee counts
kubectl -n @velero@ get podvolumebackups.velero.io \\
  -l "velero.io/backup-name=$BACKUP" --request-timeout=30s \\
  -o custom-columns="POD:.spec.pod.name,VOLUME:.spec.volume,\\
PHASE:.status.phase,BYTES:.status.progress.bytesDone"
kubectl -n @velero@ get datauploads.velero.io \\
  -l "velero.io/backup-name=$BACKUP" --request-timeout=30s \\
  -o custom-columns="IN:.spec.sourceNamespace,CLAIM:.spec.sourcePVC,\\
PHASE:.status.phase,BYTES:.status.progress.bytesDone"
"""
)
EMPTY = """
kubectl -n "$NAMESPACE" get all,persistentvolumeclaims \\
  --request-timeout=30s
printf 'Type %s to delete what was made anew in it: ' "$NAMESPACE"
if read -r ANSWER && [ "$ANSWER" = "$NAMESPACE" ] &&
  [ -n "$BACKUP" ] && [ -s counts ]; then
  timeout 330 kubectl delete namespace "$NAMESPACE" \\
    --ignore-not-found --timeout=300s
fi
"""
RESTORE = """
RESTORE=kedge-$(date -u +%Y%m%d%H%M%S)
kubectl create --request-timeout=30s -f - <<END
apiVersion: velero.io/v1
kind: Restore
metadata:
  name: $RESTORE
  namespace: @velero@
spec:
  backupName: "$BACKUP"
  includedNamespaces: ["$NAMESPACE"]
  existingResourcePolicy: none
  restorePVs: true
  itemOperationTimeout: 4h0m0s
END
printf 'RESTORE=%s\\n' "$RESTORE" >> ./env
"""
WATCH = """
echo 'phase, restored, of, errors, warnings, why'
for TRY in $(seq 240); do
  STATE=$(kubectl -n @velero@ get "restores.velero.io/$RESTORE" \\
    --request-timeout=20s --no-headers -o custom-columns="\\
PHASE:.status.phase,DONE:.status.progress.itemsRestored,\\
OF:.status.progress.totalItems,ERRORS:.status.errors,\\
WARNINGS:.status.warnings,WHY:.status.validationErrors")
  echo "$TRY $STATE"
  case $STATE in
  Completed* | PartiallyFailed* | Failed*) break ;;
  esac
  sleep 15
done
"""
RESULTS = (
    DOWNLOAD.replace("@target@", "RestoreResults").replace("@of@", "$RESTORE").replace("@file@", "results.json")
    + """sed 's/","/",\\n"/g; s/\\[/[\\n/g' results.json |
  grep -v -e 'already exists' -e 'the in-cluster version is different'
"""
)
CLAIMS = """
kubectl -n "$NAMESPACE" get persistentvolumeclaims --no-headers \\
  --request-timeout=30s -o custom-columns="A:.metadata.name,\\
B:.status.phase" | awk '$2 == "Pending" { print $1 }' > pending
kubectl get persistentvolumes --request-timeout=30s --no-headers \\
  -o custom-columns="A:.metadata.name,B:.spec.claimRef.namespace,\\
C:.spec.claimRef.name,D:.status.phase" | awk -v n="$NAMESPACE" '
    NR == FNR { p[$1]; next }
    $2 == n && ($4 == "Released" || $4 == "Failed") && $3 in p' \\
  pending - | tee rebind
while read -r DISK _; do
  kubectl patch persistentvolume "$DISK" --type=json -p '[
    {"op": "remove", "path": "/spec/claimRef/uid"},
    {"op": "remove", "path": "/spec/claimRef/resourceVersion"}]' \\
    --request-timeout=30s < /dev/null
done < rebind
"""
COMPARE = """
while read -r KIND COUNT; do
  LIVE=$(kubectl -n "$NAMESPACE" get "$KIND" --request-timeout=30s \\
    --no-headers --ignore-not-found < /dev/null | wc -l)
  [ "$LIVE" -ge "$COUNT" ] || echo "$KIND: $LIVE of $COUNT"
done < counts
kubectl -n "$NAMESPACE" get pods,persistentvolumeclaims \\
  --request-timeout=30s
"""
AFTER = """
kubectl -n @velero@ get "restores.velero.io/$RESTORE" \\
  -o jsonpath='{.status.phase}{"\\n"}' --request-timeout=20s
kubectl -n "$NAMESPACE" get pods,persistentvolumeclaims \\
  --request-timeout=30s
kubectl get events -n "$NAMESPACE" --request-timeout=30s \\
  --field-selector=type=Warning
"""
