reach() {
  REMOTE=$3
  [ -z "$SSH_SUDO" ] || REMOTE="sudo -n sh -c '$3'"
  timeout "$1" ssh -o BatchMode=yes -o ConnectTimeout=10 -p "$SSH_PORT" \
    ${SSH_JUMP:+-J "$SSH_JUMP"} -l "$SSH_USER" "$2" "$REMOTE"
}
send() {
  reach 900 "$ADDRESS" 'umask 077; cat > /root/kedge/chosen.db' < "$CHOSEN"
}
add_up() {
  reach 300 "$ADDRESS" 'sha256sum < /root/kedge/chosen.db' > "sum-$NAME"
}
own_sum() {
  sha256sum < "$CHOSEN" > chosen.sum
}
[ -s "$CHOSEN" ] || stop "$CHOSEN is missing: choose the data first"
during "computing the sum of $CHOSEN" own_sum
NAMES=
PRESENT=
for PAIR in $MEMBERS; do
  NAME=${PAIR%%=*}
  NAMES="$NAMES $NAME"
  case " $ABSENT " in
  *" $NAME "*) ;;
  *) PRESENT="$PRESENT $NAME" ;;
  esac
done
RESTORED=$NAMES
[ "$(echo "$PRESENT" | wc -w)" -gt "$(($(echo "$NAMES" | wc -w) / 2))" ] ||
  RESTORED=$PRESENT
{
  setting PRESENT "${PRESENT# }"
  setting RESTORED "${RESTORED# }"
} > ./members
for PAIR in $MEMBERS; do
  NAME=${PAIR%%=*}
  ADDRESS=${PAIR#*=}
  ADDRESS=${ADDRESS#"["}
  ADDRESS=${ADDRESS%"]"}
  case " $PRESENT " in
  *" $NAME "*) ;;
  *) continue ;;
  esac
  during "sending $CHOSEN to $NAME" send || stop "$NAME was not reached"
  during "computing the sum on $NAME" add_up || stop "$NAME was not reached"
  cmp "sum-$NAME" chosen.sum || stop "$NAME has another file than $CHOSEN"
  reach 25 "$ADDRESS" 'cat >> /root/kedge/state' < ./members ||
    stop "$NAME was not reached"
  echo "$NAME: $(cat "sum-$NAME")"
done
remember PRESENT "${PRESENT# }"
remember RESTORED "${RESTORED# }"
ok "$CHOSEN is on$PRESENT"
