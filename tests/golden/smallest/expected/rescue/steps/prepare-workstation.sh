reach() {
  REMOTE=$3
  [ -z "$SSH_SUDO" ] || REMOTE="sudo -n sh -c '$3'"
  timeout "$1" ssh -o BatchMode=yes -o ConnectTimeout=10 -p "$SSH_PORT" \
    ${SSH_JUMP:+-J "$SSH_JUMP"} -l "$SSH_USER" "$2" "$REMOTE"
}
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
command -v ssh || stop "ssh is missing on this machine"
{
  echo '. ./functions'
  setting CLUSTER "$CLUSTER"
  setting KUBECONFIG "$PWD/kubeconfig"
  echo 'export KUBECONFIG'
  echo '[ ! -s state ] || . ./state'
} > ./env
try_hosts
ok "this workstation is ready for $CLUSTER"
