[ -s run/sums ] || stop "fetch a snapshot first"
SHOWN=
[ ! -t 0 ] || SHOWN=$(stty -g)
show_input() {
  [ -z "$SHOWN" ] || stty "$SHOWN"
}
trap 'show_input; exit 130' HUP INT TERM
[ -z "$SHOWN" ] || stty -echo
printf 'Paste a private key, AGE-SECRET-KEY-...; it is not shown: '
PRIVATE_KEY='#'
while :; do
  case $PRIVATE_KEY in
  '' | '#'*) read -r PRIVATE_KEY || PRIVATE_KEY=none ;;
  *) break ;;
  esac
done
show_input
trap - HUP INT TERM
echo
case $PRIVATE_KEY in
AGE-*) ;;
*) stop "that is no private key of age: it begins with AGE-SECRET-KEY-" ;;
esac
decrypt() {
  printf '%s\n' "$PRIVATE_KEY" | {
    cut -c 67- run/sums | sort | sed 's|^|run/|' | xargs cat |
      age --decrypt --identity /dev/fd/3 > run/bucket.db
  } 3<&0
}
during "decrypting" decrypt || stop "the snapshot was not decrypted"
unset PRIVATE_KEY
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
