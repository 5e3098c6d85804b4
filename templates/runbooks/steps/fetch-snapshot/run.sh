PART_NAME='snapshot\.db\.age\.[a-z][a-z][a-z]'
FOLDER=$STORE_PATH/$SNAPSHOT
after() {
  tr '<' '\n' < run/listing | sed -n "s/^$1>//p"
}
find_oldest() {
  AT=
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
  [ "$COUNT" -gt 1 ] || return 0
  OLDEST=$(awk 'first == "" || $1 <= first { first = $1; line = $0 }
    END { print line }' run/versions)
  echo "WARNING: $1 has $COUNT versions, the oldest of ${OLDEST%% *} is taken"
  [ "${OLDEST#* }" != '?' ] || stop "its version cannot be asked for"
  AT="?versionId=$(in_query "${OLDEST#* }")"
}
rm -rf run
mkdir run
find_oldest manifest.json
s3 25 "/$FOLDER/manifest.json$AT" run/manifest.json
FIELD='"[a-z0-9]*": [][A-Za-z0-9 ".,:_/+-]*'
sed -n "s|^  \($FIELD\)\$|manifest: \1|p" run/manifest.json | head -n 15
DOUBT=
SIGNER=
doubt() {
  echo "NOT PROVEN: $2"
  DOUBT=${DOUBT:-$1}
}
states() {
  grep -qxF -e "  \"$1\": \"$2\"," run/manifest.json
}
states cluster "$CLUSTER" || doubt foreign "it names another cluster"
states snapshot "$SNAPSHOT" || doubt foreign "it names another snapshot"
states member ok || states member nospace-alarm ||
  doubt damaged "its member of etcd had an alarm, or no leader"
if [ -n "$SIGNERS" ]; then
  find_oldest manifest.json.sig
  s3 25 "/$FOLDER/manifest.json.sig$AT" run/manifest.json.sig ||
    : > run/manifest.json.sig
  for PAIR in $SIGNERS; do
    NAME=${PAIR%%=*}
    echo "$NAME ssh-ed25519 ${PAIR#*=}" > run/signer
    ! ssh-keygen -Y verify -f run/signer -I "$NAME" -n kedge-etcd-snapshot \
      -s run/manifest.json.sig < run/manifest.json > run/answer 2>&1 ||
      SIGNER=$NAME
  done
  [ -n "$SIGNER" ] || doubt unsigned "no signer of $CLUSTER has signed it"
fi
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
while read -r _ PART; do
  find_oldest "$PART"
  during "fetching $PART" s3 3600 "/$FOLDER/$PART$AT" "run/$PART"
done < run/parts
during "comparing the sums" sh -c 'cd run && sha256sum -c parts' ||
  stop "$SNAPSHOT is not whole: do not use it"
mv run/parts run/sums
MADE="signed by $SIGNER"
[ -n "$SIGNER" ] || MADE="nothing tells who made it"
ok "$SNAPSHOT is whole; $MADE"
