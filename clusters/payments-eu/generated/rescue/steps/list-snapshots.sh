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
RUN='[0-9]\{8\}T[0-9]\{6\}Z-[a-z0-9.-]*'
TIME='[0-9]\{4\}-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'
PREFIX=$(in_query "$STORE_PATH/")
VERSIONS=yes
warn_of_no_versions() {
  echo "WARNING: no versions are listed: an overwritten snapshot is not seen"
}
if ! s3 25 "?max-keys=1&prefix=$PREFIX&versions=" listing; then
  warn_of_no_versions
  VERSIONS=no
fi
asked() {
  case $VERSIONS in
  yes) echo "?prefix=$PREFIX$1&versions=" ;;
  no) echo "?list-type=2&prefix=$PREFIX$1" ;;
  esac
}
next_in_name() {
  case $1 in
  4) echo 0 1 ;;
  6) echo 0 1 2 3 ;;
  8) echo T0 T1 T2 ;;
  9) echo 0 1 2 ;;
  11 | 13) echo 0 1 2 3 4 5 ;;
  15) echo Z- ;;
  16) echo - ;;
  2 | 3 | 5 | 7 | 10 | 12 | 14) echo 0 1 2 3 4 5 6 7 8 9 ;;
  esac
}
list_names() {
  : > contents
  TOO_MUCH=
  NAMES=$1
  COUNT=0
  while [ -n "$NAMES" ]; do
    set --
    for NAME in $NAMES; do
      set -- "$@" "$(asked "$NAME")" "listing.$NAME"
    done
    COUNT=$((COUNT + $# / 2))
    [ "$COUNT" -le 3000 ] || TOO_MUCH=yes
    [ -z "$TOO_MUCH" ] || break
    during "reading $COUNT pages of the listing" s3 25 "$@"
    LONGER=
    for NAME in $NAMES; do
      MORE=
      if is_longer "listing.$NAME"; then
        MORE=$(next_in_name "${#NAME}")
        [ -n "$MORE" ] || echo "WARNING: too many objects begin with $NAME"
      fi
      [ -n "$MORE" ] || entries "listing.$NAME" >> contents
      for DIGIT in $MORE; do
        LONGER="$LONGER $NAME$DIGIT"
      done
      rm -f "listing.$NAME"
    done
    NAMES=${LONGER# }
  done
}
list_names 20
while [ -n "$TOO_MUCH" ]; do
  printf 'The bucket lists too much. Type a day, such as 20261120: '
  read -r DAY || DAY=
  echo "$DAY" | grep -qx -e '20[0-9a-zTZ.-]*' || stop "that is no day"
  list_names "$DAY"
done
! grep -q ' null$' contents || warn_of_no_versions
sed -n "s|^\($TIME\) $STORE_PATH/\($RUN\)/manifest\.json .*|\2 \1|p" contents |
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
    function show(put, late) {
      if (name == "") return
      put = first
      gsub(/[-:]/, "", put)
      late = seconds(name) - 300
      late = late > seconds(put) || late > seconds(now)
      print name, "uploaded", first (many > 1 ? " " many " versions" : "") \
        (late ? " FUTURE" : "")
    }
    $1 != name { show(); name = $1; first = $2; many = 0 }
    { many++ }
    END { show() }' > snapshots
[ -s snapshots ] || stop "no snapshot below $STORE_PATH in $STORE_BUCKET"
tail -n 12 snapshots
NEWEST=$(grep -v ' FUTURE$' snapshots | tail -n 1 | cut -d ' ' -f 1)
echo "Newest that is not dated in the future: ${NEWEST:-none}"
printf 'Press Enter for it, or type the name of another one: '
read -r SNAPSHOT || SNAPSHOT=
SNAPSHOT=${SNAPSHOT:-$NEWEST}
cut -d ' ' -f 1 snapshots | grep -qxF -e "$SNAPSHOT" ||
  stop "no snapshot has this name"
DATED=past
! grep -q -e "^$SNAPSHOT .* FUTURE\$" snapshots || DATED=FUTURE
remember VERSIONS "$VERSIONS"
remember SNAPSHOT "$SNAPSHOT"
remember DATED "$DATED"
ok "chosen: $SNAPSHOT"
