: > counts
KEY=/registry/
NUMBER=0
while [ "$NUMBER" -lt 500 ]; do
  NUMBER=$((NUMBER + 1))
  [ $((NUMBER % 25)) -ne 0 ] || echo "... counting: $NUMBER prefixes"
  timeout 20 etcdctl --command-timeout=15s get "$KEY" --from-key \
    --keys-only --limit=1 > answer
  FOUND=$(head -n 1 answer)
  case $FOUND in
  *[!A-Za-z0-9._:/-]*) stop "the name of a key after $KEY is not a plain one" ;;
  /registry/*) ;;
  *) break ;;
  esac
  GROUP=${FOUND#/registry/}
  PREFIX=/registry/${GROUP%%/*}/
  case ${GROUP%%/*} in
  *.*) GROUP=${GROUP#*/}; PREFIX=$PREFIX${GROUP%%/*}/ ;;
  esac
  timeout 20 etcdctl --command-timeout=15s get "$PREFIX" --prefix \
    --count-only -w fields > answer
  OBJECTS=$(sed -n 's/^"Count" : //p' answer)
  SAMPLE=$(timeout 20 etcdctl --command-timeout=15s get "$PREFIX" --prefix \
    --limit=10 | wc -c)
  OF=$OBJECTS
  [ "$OF" -le 10 ] || OF=10
  [ "$OF" -eq 0 ] ||
    echo "$((SAMPLE * OBJECTS / OF)) $OBJECTS $PREFIX" >> counts
  KEY=${PREFIX%/}0
done
[ -s counts ] || stop "there is no key below /registry/"
sort -rn counts | head -n 10 > largest
printf '%12s %10s %s\n' BYTES OBJECTS PREFIX
awk '{ printf "%12d %10d %s\n", $1, $2, $3 }' largest
read -r _ OBJECTS PREFIX < largest
ok "the most bytes are in about $OBJECTS objects of $PREFIX"
