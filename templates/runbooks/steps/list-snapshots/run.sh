RUN='[0-9]\{8\}T[0-9]\{6\}Z-[a-z0-9.-]*'
decoded() {
  sed "s/&lt;/</g; s/&gt;/>/g; s/&#39;/'/g" |
    sed 's/&quot;/"/g; s/&#34;/"/g; s/&amp;/\&/g'
}
encoded() {
  LC_ALL=C awk 'BEGIN {
    for (i = 1; i < 256; i++) code[sprintf("%c", i)] = sprintf("%%%02X", i)
  } {
    for (i = 1; i <= length($0); i++) {
      c = substr($0, i, 1)
      printf "%s", c ~ /[A-Za-z0-9._~-]/ ? c : code[c]
    }
  }'
}
PREFIX=$(printf '%s/' "$STORE_PATH" | encoded)
AFTER=$PREFIX
PAGES=0
: > contents
while :; do
  s3 25 "?list-type=2&prefix=$PREFIX&start-after=$AFTER" listing
  tr '\n<' ' \n' < listing > fields
  sed -n 's/^Key>//p' fields > page
  [ -s page ] || break
  cat fields >> contents
  LAST=$AFTER
  AFTER=$(tail -n 1 page | decoded | encoded)
  PAGES=$((PAGES + 1))
  [ $((PAGES % 10)) -ne 0 ] || echo "... $PAGES pages of the listing"
  [ "$AFTER" != "$LAST" ] || stop "the listing of the bucket does not go on"
  [ "$PAGES" -lt 1000 ] || stop "the bucket lists more than 1000 pages"
done
TIME='[0-9]\{4\}-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]'
awk -v skip="$((${#STORE_PATH} + 6))" '
  /^Key>/ { key = substr($0, skip) }
  /^LastModified>/ { put = substr($0, 14) }
  /^\/Contents>/ { print put, key; put = key = "" }
' contents |
  sed -n "s|^\($TIME\)[.0-9]*Z \($RUN\)/manifest\.json\$|\2 \1Z|p" |
  LC_ALL=C sort |
  awk -v now="$(date -u +%Y%m%dT%H%M%SZ)" '
    function seconds(t, y, m, d) {
      y = substr(t, 1, 4) + 0
      m = substr(t, 5, 2) + 0
      if (m < 3) { y--; m += 12 }
      d = 365 * y + int(y / 4) - int(y / 100) + int(y / 400)
      d += int((153 * m - 457) / 5) + substr(t, 7, 2)
      t = substr(t, 10)
      return 86400 * d + 3600 * substr(t, 1, 2) + 60 * substr(t, 3, 2) + \
        substr(t, 5, 2)
    }
    {
      put = $2
      gsub(/[-:]/, "", put)
      named = seconds($1) - 300
      late = named > seconds(put) || named > seconds(now)
      print $1, "uploaded", $2 (late ? " FUTURE" : "")
    }' > snapshots
[ -s snapshots ] || stop "no snapshot below $STORE_PATH in $STORE_BUCKET"
tail -n 12 snapshots
NEWEST=$(grep -v ' FUTURE$' snapshots | tail -n 1 | cut -d ' ' -f 1)
echo "Newest that is not dated in the future: ${NEWEST:-none}"
printf 'Press Enter for it, or type the name of another one: '
read -r SNAPSHOT || SNAPSHOT=
SNAPSHOT=${SNAPSHOT:-$NEWEST}
cut -d ' ' -f 1 snapshots | grep -qxF -e "$SNAPSHOT" ||
  stop "no snapshot has this name"
DATED=$(awk -v name="$SNAPSHOT" '$1 == name { print $4 }' snapshots)
remember SNAPSHOT "$SNAPSHOT"
remember DATED "${DATED:-past}"
ok "chosen: $SNAPSHOT"
