reach() {
  REMOTE=$3
  [ -z "$SSH_SUDO" ] || REMOTE="sudo -n sh -c '$3'"
  timeout "$1" ssh -o BatchMode=yes -o ConnectTimeout=10 -p "$SSH_PORT" \
    ${SSH_JUMP:+-J "$SSH_JUMP"} -l "$SSH_USER" "$2" "$REMOTE"
}
FAILED=
for ADDRESS in $HOST_ADDRESSES; do
  if reach 30 "$ADDRESS" 'systemctl restart kubelet' < /dev/null; then
    echo "$ADDRESS: restarted"
  else
    FAILED="$FAILED $ADDRESS"
  fi
done
[ -z "$FAILED" ] || stop "the kubelet was not restarted on:$FAILED"
ok "every kubelet is restarted"
