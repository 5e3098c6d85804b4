PART_NAME='snapshot\.db\.age\.[a-z][a-z][a-z]'
rm -rf run
mkdir run
s3 25 "/$STORE_PATH/$SNAPSHOT/manifest.json" run/manifest.json
cat -v run/manifest.json
echo
SUM='[0-9a-f]\{64\}'
LISTED="\"name\": \"\($PART_NAME\)\".*\"sha256\": \"\($SUM\)\""
sed -n "s/.*$LISTED.*/\2  \1/p" run/manifest.json > run/parts
[ "$(grep -c '"name"' run/manifest.json)" -eq "$(wc -l < run/parts)" ] ||
  stop "the manifest of $SNAPSHOT names something else than its parts"
while read -r _ PART; do
  during "fetching $PART" \
    s3 3600 "/$STORE_PATH/$SNAPSHOT/$PART" "run/$PART"
done < run/parts
during "comparing the sums" sh -c 'cd run && sha256sum -c parts' ||
  stop "$SNAPSHOT is not whole: do not use it"
mv run/parts run/sums
ok "$SNAPSHOT is whole"
