try_hosts() {
  CLOSED=
  for ADDRESS in $HOST_ADDRESSES; do
    if reach 25 "$ADDRESS" true < /dev/null > said 2>&1; then
      echo "$ADDRESS: logged in"
    else
      echo "$ADDRESS: NOT logged in: $(tail -n 1 said | cat -v)"
      CLOSED="$CLOSED $ADDRESS"
    fi
  done
  [ -z "$CLOSED" ] || echo "make ssh work to those of them that are up:$CLOSED"
}
