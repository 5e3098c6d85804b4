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
for NEEDED in curl age sha256sum ssh ssh-keygen awk; do
  command -v "$NEEDED" || stop "$NEEDED is missing on this machine"
done
[ -n "${AWS_ACCESS_KEY_ID:-}" ] || stop "AWS_ACCESS_KEY_ID is not exported"
[ -n "${AWS_SECRET_ACCESS_KEY:-}" ] ||
  stop "AWS_SECRET_ACCESS_KEY is not exported"
cat > ./s3 <<'END'
EMPTY=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
quoted() {
  printf %s "$1" | sed 's/["\\]/\\&/g'
}
login() {
  printf 'user = "%s:%s"\n' \
    "$(quoted "${AWS_ACCESS_KEY_ID:?is not exported in this shell}")" \
    "$(quoted "${AWS_SECRET_ACCESS_KEY:?is not exported in this shell}")"
  [ -z "${AWS_SESSION_TOKEN:-}" ] ||
    printf 'header = "x-amz-security-token: %s"\n' "$AWS_SESSION_TOKEN"
}
s3() {
  LIMIT=$1
  shift
  {
    login
    [ ! -s bucket-ca ] || echo 'cacert = "bucket-ca"'
    while [ $# -gt 0 ]; do
      printf 'url = "%s"\n' "$STORE_ENDPOINT/$STORE_BUCKET$1"
      printf 'output = "%s"\n' "$2"
      shift 2
    done
  } | curl --disable --config - --silent --show-error --fail --fail-early \
    --http1.1 --globoff --connect-timeout 20 --max-time "$LIMIT" \
    --aws-sigv4 "aws:amz:$STORE_REGION:s3" \
    --header "x-amz-content-sha256: $EMPTY"
}
END
{
  echo '. ./functions'
  setting CLUSTER "$CLUSTER"
  setting KUBECONFIG "$PWD/kubeconfig"
  echo 'export KUBECONFIG'
  echo '. ./s3'
  echo '[ ! -s state ] || . ./state'
} > ./env
: > state
for FILE in bucket.db chosen.db survivor-*.db; do
  [ ! -f "$FILE" ] || shred -u "$FILE" || rm -f "$FILE"
done
rm -rf run snapshots bucket.revision bucket-ca candidates sorted
[ -z "$STORE_CA" ] || printf %s "$STORE_CA" | base64 -d > bucket-ca
remember STORE_ENDPOINT "$STORE_ENDPOINT"
remember STORE_REGION "$STORE_REGION"
remember STORE_BUCKET "$STORE_BUCKET"
remember STORE_PATH "$STORE_PATH"
try_hosts
ok "snapshots come from $STORE_ENDPOINT"
