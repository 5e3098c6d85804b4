reach() {
  REMOTE=$3
  [ -z "$SSH_SUDO" ] || REMOTE="sudo -n sh -c '$3'"
  timeout "$1" ssh -o BatchMode=yes -o ConnectTimeout=10 -p "$SSH_PORT" \
    ${SSH_JUMP:+-J "$SSH_JUMP"} -l "$SSH_USER" "$2" "$REMOTE"
}
fetch() {
  reach 900 "$ADDRESS" 'cat /root/kedge/survivor.db' > "survivor-$NAME.db"
}
ASK='cat /root/kedge/survivor.revision 2> /dev/null || echo 0'
MISSING=
: > candidates
for PAIR in $MEMBERS; do
  NAME=${PAIR%%=*}
  ADDRESS=${PAIR#*=}
  ADDRESS=${ADDRESS#"["}
  ADDRESS=${ADDRESS%"]"}
  rm -f "survivor-$NAME.db"
  REVISION=$(reach 25 "$ADDRESS" "$ASK" < /dev/null) || REVISION=
  if [ -z "$REVISION" ]; then
    MISSING="$MISSING $NAME"
    continue
  fi
  echo "$REVISION" | grep -q -x '[0-9][0-9]*' ||
    stop "$NAME gives no revision: its shell prints other lines"
  if [ "$REVISION" -gt 1 ]; then
    during "fetching the data of $NAME" fetch ||
      stop "the data of $NAME was not fetched"
    printf '%s %s\n' "$REVISION" "survivor-$NAME.db" >> candidates
  fi
done
if [ -n "$MISSING" ]; then
  printf 'Not reached:%s\nIf gone for good, type the same: ' "$MISSING"
  read -r ANSWER || ANSWER=
  [ " $ANSWER" = "$MISSING" ] || stop "not reached:$MISSING"
fi
[ ! -s bucket.db ] ||
  printf '%s bucket.db\n' "$(cat bucket.revision)" >> candidates
[ -s candidates ] || stop "no host and no snapshot has data to restore"
sort -n candidates > sorted
cat sorted
NEWEST=$(tail -n 1 sorted | cut -d ' ' -f 2)
printf 'Press Enter for %s, or type another file: ' "$NEWEST"
read -r CHOSEN || CHOSEN=
CHOSEN=${CHOSEN:-$NEWEST}
cut -d ' ' -f 2 sorted | grep -qxF -e "$CHOSEN" || stop "no such file"
remember CHOSEN "$CHOSEN"
remember ABSENT "${MISSING# }"
ok "chosen: $CHOSEN"
