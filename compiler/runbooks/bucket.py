"""Shared steps that fetch a snapshot from its bucket with curl, age and sha256sum, as the job's scripts put it there.

The layout is that of templates/scripts/etcd-snapshot: `<prefix>/<UTC time>-<run>/` holds the parts and, put last,
manifest.json. The credential is a reader's, which the cluster does not hold; it comes from the operator's environment
and goes to curl by a pipe, never through an argument.
"""

from collections.abc import Iterator

from compiler.plan.plan import Plan
from compiler.plan.stores import Store
from compiler.runbooks import workstation
from compiler.runbooks.chapter import Run, Step
from compiler.runbooks.shell import assign, fill, joined

# SHA-256 of an empty body, which S3 wants named in a signed GET.
_EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

_ENV_BEGIN = """
umask 077
mkdir -p "$HOME/kedge-@cluster@"
cat > "$HOME/kedge-@cluster@/env" <<'END'
umask 077
cd "$HOME/kedge-@cluster@" || return 1
"""
_ENV_END = """
s3() {
  {
    printf 'user = "%s:%s"\\n' \\
      "$(printf %s "$AWS_ACCESS_KEY_ID" | sed 's/["\\\\]/\\\\&/g')" \\
      "$(printf %s "$AWS_SECRET_ACCESS_KEY" | sed 's/["\\\\]/\\\\&/g')"
    [ -z "$AWS_SESSION_TOKEN" ] || printf \\
      'header = "x-amz-security-token: %s"\\n' "$AWS_SESSION_TOKEN"
  } | curl --disable --config - --silent --show-error --fail \\
    --http1.1 --globoff --connect-timeout 20 --max-time "$1" \\
    --aws-sigv4 "aws:amz:$REGION:s3" \\
    --header "x-amz-content-sha256: $EMPTY" "$ENDPOINT/$BUCKET$2"
}
END
. "$HOME/kedge-@cluster@/env"
for NEEDED in curl age sha256sum ssh; do
  command -v "$NEEDED" || echo "STOP: $NEEDED is missing here"
done
[ -n "$AWS_ACCESS_KEY_ID" ] && [ -n "$AWS_SECRET_ACCESS_KEY" ] ||
  echo 'STOP: export the credential of the reader first'
"""
_PLAIN = (
    _ENV_BEGIN
    + """
END
. "$HOME/kedge-@cluster@/env" && command -v ssh
"""
)
_LIST = """
: > keys
AFTER=$PREFIX/
while QUERY="list-type=2&prefix=$PREFIX/&start-after=$AFTER" &&
  s3 60 "?$(printf %s "$QUERY" | sed 's|/|%2F|g')" > listing; do
  tr '<' '\\n' < listing | sed -n 's/^Key>//p' > page
  [ -s page ] || break
  cat page >> keys
  AFTER=$(tail -n 1 page)
done
sed -n 's|^.*/\\([^/]*\\)/manifest.json$|\\1|p' keys | sort > whole
tail -n 12 whole
tail -n 1 whole > name
"""
_FETCH = """
NAME=$(cat name)
s3 60 "/$PREFIX/$NAME/manifest.json" > manifest.json && cat manifest.json
sed -n 's/.*"name": "\\([a-z.]*\\)".*"sha256": "\\([0-9a-f]*\\)".*/\\2  \\1/p' \\
  manifest.json > sums
cut -c 67- sums | while read -r PART; do
  echo "$PART" && s3 3600 "/$PREFIX/$NAME/$PART" > "$PART"
done
if [ -s sums ] && timeout 600 sha256sum -c sums; then
  echo "OK: $NAME is whole"
else
  echo "STOP: $NAME is not whole"
fi
"""
_OPEN = """
cut -c 67- sums | sort | xargs cat |
  timeout 3600 age --decrypt --identity identity.txt > bucket.db
sed -n 's/^  "sha256": "\\([0-9a-f]*\\)",$/\\1  bucket.db/p' \\
  manifest.json > plain
sed -n 's/^  "revision": \\([0-9]*\\),$/\\1/p' manifest.json > revision
if [ -s plain ] && timeout 600 sha256sum -c plain; then
  mv "$HOME/kedge-@cluster@/revision" \\
    "$HOME/kedge-@cluster@/bucket.revision" && echo 'OK: opened'
else
  rm -f "$HOME/kedge-@cluster@/bucket.db"
  echo 'STOP: it was not opened'
fi
"""


def settings(plan: Plan, step: str) -> Step:
    """Return the step that prepares the workstation and writes down where the bucket is; one block for each location."""
    if plan.etcd_backup is None:
        return Step(step, "read-only", 1, (Run("workstation", (), fill(_PLAIN, cluster=plan.cluster.name)),))
    return Step(step, "read-only", 3, tuple(_settings(plan, plan.etcd_backup.stores)))


def newest(plan: Plan, step: str) -> Step:
    """Return the step that lists the snapshots whose manifest exists and notes the newest."""
    return Step(step, "read-only", 3, workstation.run(plan, _LIST))


def fetch(plan: Plan, step: str) -> Step:
    """Return the step that fetches the parts and compares their sums."""
    return Step(step, "read-only", 8, workstation.run(plan, _FETCH))


def unlock(plan: Plan, step: str) -> Step:
    """Return the step that decrypts with a break-glass identity and compares the plain snapshot's sum."""
    return Step(step, "read-only", 10, workstation.run(plan, _OPEN))


def _settings(plan: Plan, stores: tuple[Store, ...]) -> Iterator[Run]:
    for store in stores:
        values = {
            "ENDPOINT": store.endpoint,
            "REGION": store.region,
            "BUCKET": store.bucket,
            "PREFIX": store.etcd_prefix,
        }
        lines = joined(
            fill(_ENV_BEGIN, cluster=plan.cluster.name),
            joined(*(assign(name, value) for name, value in (values | {"EMPTY": _EMPTY}).items())),
            fill(_ENV_END, cluster=plan.cluster.name),
        )
        yield Run("workstation", (), lines, f"{store.name} ({store.site})" if store.site else store.name)
