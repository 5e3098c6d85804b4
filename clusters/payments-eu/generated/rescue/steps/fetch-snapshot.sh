in_query() {
  printf %s "$1" | sed 's|/|%2F|g; s|+|%2B|g; s|=|%3D|g'
}
entries() {
  tr '\n<' ' \n' < "$1" | awk '
    /^(Version|Contents)>/ { key = put = ""; id = "none" }
    /^Key>/ { key = substr($0, 5) }
    /^LastModified>/ { put = substr($0, 14, 19) "Z" }
    /^VersionId>/ { id = substr($0, 11) }
    /^\/(Version|Contents)>/ && key ~ /^[A-Za-z0-9._\/-]+$/ {
      print put, key, id ~ /^[A-Za-z0-9._\/+=~-]+$/ ? id : "?"
      key = ""
    }'
}
is_longer() {
  grep -q '<IsTruncated>true<' "$1"
}
PART_NAME='snapshot\.db\.age\.[a-z][a-z][a-z]'
FOLDER=$STORE_PATH/$SNAPSHOT
after() {
  tr '<' '\n' < run/listing | sed -n "s/^$1>//p"
}
list_versions() {
  COUNT=1
  echo 'now :' > "$2"
  [ "$VERSIONS" = yes ] || return 0
  KEY=$(in_query "$FOLDER/$1")
  MARKER="prefix=$KEY"
  PAGES=0
  : > run/versions
  while :; do
    s3 25 "?$MARKER&versions=" run/listing
    entries run/listing |
      awk -v key="$FOLDER/$1" '$2 == key { print $1, $3 }' >> run/versions
    is_longer run/listing || break
    [ "$(after NextKeyMarker)" = "$FOLDER/$1" ] || break
    PAGES=$((PAGES + 1))
    [ "$PAGES" -lt 100 ] || stop "$1 has too many versions: ask its owner"
    MARKER=$(after NextVersionIdMarker)
    MARKER="prefix=$KEY&version-id-marker=$(in_query "$MARKER")"
    MARKER="key-marker=$KEY&$MARKER"
  done
  COUNT=$(($(wc -l < run/versions)))
  [ "$COUNT" -gt 0 ] || return 0
  [ "$COUNT" = 1 ] || echo "WARNING: $1 has $COUNT versions"
  awk '{ print $1, NR, $2 == "none" ? ":" : $2 }' run/versions |
    LC_ALL=C sort -k 1,1 -k 2,2nr | sed -n '1,20s/ .* / /p' > "$2"
}
at() {
  AT=
  [ "$1" = : ] || AT="?versionId=$(in_query "$1")"
}
fetch() {
  at "$2"
  rm -f "run/$3"
  s3 25 "/$FOLDER/$1$AT" "run/$3" && [ -e "run/$3" ]
}
states() {
  grep -qxF -e "  \"$1\": \"$2\"," run/manifest.json
}
find_signer() {
  for SIGNATURE in run/signature.*; do
    for PAIR in $SIGNERS; do
      SIGNER=${PAIR%%=*}
      echo "$SIGNER ssh-ed25519 ${PAIR#*=}" > run/signer
      ! ssh-keygen -Y verify -f run/signer -I "$SIGNER" \
        -n kedge-etcd-snapshot -s "$SIGNATURE" \
        < run/manifest.json > run/answer 2>&1 || return 0
    done
  done
  SIGNER=
  return 1
}
is_proven() {
  states cluster "$CLUSTER" && states snapshot "$SNAPSHOT" && find_signer
}
take() {
  cp run/manifest.json run/taken
  echo "$PUT" > run/time
}
rm -rf run
mkdir run
SIGNER=
NUMBER=0
if [ -n "$SIGNERS" ]; then
  list_versions manifest.json.sig run/choices
  while read -r _ ID; do
    NUMBER=$((NUMBER + 1))
    fetch manifest.json.sig "$ID" "signature.$NUMBER" || :
  done < run/choices
fi
list_versions manifest.json run/choices
while read -r PUT ID; do
  if ! fetch manifest.json "$ID" manifest.json; then
    [ -n "$SIGNERS" ] || stop "the manifest of $SNAPSHOT cannot be read"
    continue
  fi
  [ -e run/taken ] || take
  [ -n "$SIGNERS" ] || break
  is_proven || continue
  take
  break
done < run/choices
[ -e run/taken ] || stop "the manifest of $SNAPSHOT cannot be read"
mv run/taken run/manifest.json
[ "$COUNT" -le 1 ] || echo "The manifest of $(cat run/time) is taken"
FIELD='"[a-z0-9]*": [][A-Za-z0-9 ".,:_/+-]*'
sed -n "s|^  \($FIELD\)\$|manifest: \1|p" run/manifest.json | head -n 15
DOUBT=
doubt() {
  echo "NOT PROVEN: $2"
  DOUBT=${DOUBT:-$1}
}
states cluster "$CLUSTER" || doubt foreign "it names another cluster"
states snapshot "$SNAPSHOT" || doubt foreign "it names another snapshot"
states member ok || states member nospace-alarm ||
  doubt damaged "its member of etcd had an alarm, or no leader"
[ -z "$SIGNERS" ] || find_signer ||
  doubt unsigned "no signer of $CLUSTER has signed it"
[ "$DATED" != FUTURE ] || doubt future "it is dated in the future"
if [ -n "$DOUBT" ]; then
  printf 'Type %s to use it all the same, or press Enter: ' "$DOUBT"
  read -r ANSWER || ANSWER=
  [ "$ANSWER" = "$DOUBT" ] ||
    stop "nothing proves that $CLUSTER made $SNAPSHOT: choose another one"
fi
SUM='[0-9a-f]\{64\}'
LISTED="\"name\": \"\($PART_NAME\)\".*\"sha256\": \"\($SUM\)\""
sed -n "s/.*$LISTED.*/\2  \1/p" run/manifest.json > run/parts
[ "$(grep -c '"name"' run/manifest.json)" -eq "$(wc -l < run/parts)" ] ||
  stop "the manifest of $SNAPSHOT names something else than its parts"
while read -r SUM PART; do
  list_versions "$PART" run/choices
  while read -r _ ID; do
    at "$ID"
    during "fetching $PART" s3 3600 "/$FOLDER/$PART$AT" "run/$PART" ||
      [ "$COUNT" -gt 1 ] || stop "$PART cannot be fetched"
    [ "$COUNT" -gt 1 ] || break
    echo "$SUM  run/$PART" > run/sum
    ! during "comparing $PART" sha256sum -c run/sum || break
  done < run/choices
done < run/parts
during "comparing the sums" sh -c 'cd run && sha256sum -c parts' ||
  stop "$SNAPSHOT is not whole: do not use it"
mv run/parts run/sums
MADE="signed by $SIGNER"
[ -n "$SIGNER" ] || MADE="nothing tells who made it"
ok "$SNAPSHOT is whole; $MADE"
