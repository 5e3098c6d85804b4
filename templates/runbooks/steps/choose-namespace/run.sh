CHOSEN=
printf 'Which namespace was deleted? '
read -r ANSWER || ANSWER=
for NAME in $NAMESPACES; do
  [ "$NAME" != "$ANSWER" ] || CHOSEN=$NAME
done
[ -n "$CHOSEN" ] || stop "'$ANSWER' is not backed up here: look in Git"
if [ "$CHOSEN" != "${NAMESPACE-}" ]; then
  rm -f volumes blocking backups contents
  remember BACKUP ''
  remember RESTORE ''
fi
remember NAMESPACE "$CHOSEN"
kubectl get namespace "$CHOSEN" --request-timeout=20s \
  --ignore-not-found -o custom-columns="NAME:.metadata.name,\
PHASE:.status.phase,CREATED:.metadata.creationTimestamp,\
DELETED:.metadata.deletionTimestamp"
PHASE=$(kubectl get namespace "$CHOSEN" --request-timeout=20s \
  --ignore-not-found -o jsonpath='{.status.phase}')
ok "$CHOSEN is ${PHASE:-gone}"
