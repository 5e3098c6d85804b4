#!/bin/sh
# One run of the etcd snapshot on a member's own host: save, verify, encrypt, sign where there is a signer, then put to each location.
#
# The timer starts it as root. Each stage is a process of its own with its own settings only: the first sees etcd's key and no
# credential of a bucket, the last ones see no key and no plain snapshot.
# Reads   settings and locations/ beside this script; host, credentials/ and signing-key/ in $CONFIG
# Writes  $STATE/run, removed at the end; $STATE/last-success, the UTC time of the last run that put its snapshot everywhere
set -eu
umask 077

here=$(dirname -- "$0")
# shellcheck source=/dev/null
. "$here/settings"
# shellcheck source=/dev/null
. "$CONFIG/host"
PATH=$TOOLS:/usr/local/bin:/usr/bin:/bin
root=$STATE/run

trap 'rm -rf -- "$root"' EXIT
trap 'exit 143' TERM

rm -rf -- "$root"
mkdir -p -- "$root/pki" "$root/snapshot" "$root/scratch" "$root/encrypted"
ln -s -- "$CA" "$root/pki/ca.crt"
ln -s -- "$CERTIFICATE" "$root/pki/healthcheck-client.crt"
ln -s -- "$KEY" "$root/pki/healthcheck-client.key"

# $1 stage; the rest is its environment.
stage() {
    script=$here/$1.sh
    shift
    env -i PATH="$PATH" "$@" /bin/sh "$script" "$root"
}

stage save KEDGE_HOST_IP="$ETCD_ADDRESS" KEDGE_STALL_SECONDS="$SAVE_STALL_SECONDS" \
    KEDGE_TIMEOUT_SECONDS="$CAPTURE_SECONDS"
rm -rf -- "$root/pki"
stage verify GOMEMLIMIT=128MiB
# Nobody can put objects under the name of a run that is still to come: a page takes the oldest.
chance=$(od -An -N5 -tx1 /dev/urandom | tr -d ' \n')
[ "${#chance}" -eq 10 ]
stage encrypt KEDGE_CLUSTER="$CLUSTER" KEDGE_RUN="$HOST-$chance" KEDGE_KUBERNETES_VERSION="$KUBERNETES_VERSION" \
    KEDGE_RECIPIENTS="$RECIPIENTS" KEDGE_PART_BYTES="$PART_BYTES"
rm -rf -- "$root/snapshot" "$root/scratch"
if [ -n "$SIGNERS" ]; then
    ln -s -- "$CONFIG/signing-key" "$root/signing-key"
    stage sign KEDGE_SIGNERS="$SIGNERS"
    rm -- "$root/signing-key"
fi

failed=0
for location in "$here"/locations/*; do
    ln -sfn -- "$CONFIG/credentials/$(basename -- "$location")" "$root/credential"
    (
        # shellcheck source=/dev/null
        . "$location"
        stage put KEDGE_ENDPOINT="$ENDPOINT" KEDGE_REGION="$REGION" KEDGE_BUCKET="$BUCKET" KEDGE_TARGET="$TARGET" \
            KEDGE_CA="$STORE_CA" \
            KEDGE_ATTEMPTS="$PUT_ATTEMPTS" KEDGE_STALL_SECONDS="$PUT_STALL_SECONDS" \
            KEDGE_TIMEOUT_SECONDS="$UPLOAD_SECONDS"
    ) || failed=1
done
[ "$failed" -eq 0 ]
date -u +%Y-%m-%dT%H:%M:%SZ >"$STATE/last-success"
