[ -s run/sums ] || stop "fetch a snapshot first"
[ -s identity.txt ] || stop "$PWD/identity.txt is missing"
decrypt() {
  cut -c 67- run/sums | sort | sed 's|^|run/|' | xargs cat |
    age --decrypt --identity identity.txt > run/bucket.db
}
during "decrypting" decrypt || stop "the snapshot was not decrypted"
sed -n 's/^  "sha256": "\([0-9a-f]*\)",$/\1  bucket.db/p' \
  run/manifest.json > run/sum
[ -s run/sum ] || stop "the manifest has no sum of the database"
during "comparing the sum" sh -c 'cd run && sha256sum -c sum' ||
  stop "the decrypted file is not the one that was saved"
REVISION=$(sed -n 's/^  "revision": \([0-9]*\),$/\1/p' run/manifest.json)
[ "${REVISION:-0}" -gt 1 ] || stop "the snapshot holds no data"
mv run/bucket.db bucket.db
echo "$REVISION" > bucket.revision
ok "the snapshot is decrypted, at revision $REVISION"
