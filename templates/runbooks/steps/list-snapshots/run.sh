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
: > keys
while :; do
  s3 25 "?list-type=2&prefix=$PREFIX&start-after=$AFTER" listing
  tr '<' '\n' < listing | sed -n 's/^Key>//p' > page
  [ -s page ] || break
  cat page >> keys
  LAST=$AFTER
  AFTER=$(tail -n 1 page | decoded | encoded)
  PAGES=$((PAGES + 1))
  [ $((PAGES % 10)) -ne 0 ] || echo "... $PAGES pages of the listing"
  [ "$AFTER" != "$LAST" ] || stop "the listing of the bucket does not go on"
  [ "$PAGES" -lt 1000 ] || stop "the bucket lists more than 1000 pages"
done
cut -c "$((${#STORE_PATH} + 2))-" keys |
  sed -n "s|^\($RUN\)/manifest\.json\$|\1|p" | sort > snapshots
[ -s snapshots ] || stop "no snapshot below $STORE_PATH in $STORE_BUCKET"
tail -n 12 snapshots
NEWEST=$(tail -n 1 snapshots)
printf 'Press Enter for the newest, or type the name of an older one: '
read -r SNAPSHOT || SNAPSHOT=
SNAPSHOT=${SNAPSHOT:-$NEWEST}
grep -qxF -e "$SNAPSHOT" snapshots || stop "no snapshot has this name"
remember SNAPSHOT "$SNAPSHOT"
ok "chosen: $SNAPSHOT"
