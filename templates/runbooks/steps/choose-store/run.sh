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
  login | curl --disable --config - --silent --show-error --fail --http1.1 \
    --globoff --connect-timeout 20 --max-time "$1" \
    --aws-sigv4 "aws:amz:$STORE_REGION:s3" --output "$3" \
    --header "x-amz-content-sha256: $EMPTY" \
    "$STORE_ENDPOINT/$STORE_BUCKET$2"
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
rm -rf run snapshots bucket.revision candidates sorted
remember STORE_ENDPOINT "$STORE_ENDPOINT"
remember STORE_REGION "$STORE_REGION"
remember STORE_BUCKET "$STORE_BUCKET"
remember STORE_PATH "$STORE_PATH"
try_hosts
ok "snapshots come from $STORE_ENDPOINT"
