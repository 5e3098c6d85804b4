#!/bin/sh
# Stage 2 of the etcd snapshot: restores it into a scratch folder and throws the result away.
#
# Why a restore: `etcdutl snapshot status` accepts a snapshot with a flipped byte, only a restore compares the SHA-256
# that etcd appended. The counts are read from the restored database, so it is also opened and walked once.
# Takes   the folder that holds every path below: none in a pod, one on a host
# Reads   /snapshot/snapshot.db, /snapshot/facts
# Writes  /scratch/facts
set -eu
umask 027

root=$*
snapshot=$root/snapshot/snapshot.db
restored=$root/scratch/restored
facts=$root/scratch/facts
step='starting'

finish() {
    rm -rf -- "$restored"
    [ "$1" -eq 0 ] && return
    rm -f -- "$facts"
    printf 'verify: REFUSED while %s (exit %s); the snapshot is not used\n' "$step" "$1" >&2
}
trap 'finish "$?"' EXIT
trap 'exit 143' TERM

utility() {
    report=$(etcdutl "$@" 2>&1) || {
        code=$?
        printf '%s\n' "$report" | tail -n 3 >&2
        exit "$code"
    }
}

number() {
    printf '%s\n' "$report" | sed -n "s/.*\"$1\":\([0-9][0-9]*\).*/\1/p"
}

begun=$(date -u +%s)
rm -rf -- "$restored" "$facts"

step='restoring the snapshot, which compares its SHA-256'
utility snapshot restore "$snapshot" --data-dir "$restored"

step='walking the restored database'
utility --write-out=json snapshot status "$restored/member/snap/db"
revision=$(number revision)
keys=$(number totalKey)

# Without keys and at revision 0 or 1 nobody ever wrote; a Kubernetes API server writes within its first second.
step="judging the restored database: revision '$revision', keys '$keys'"
[ "$revision" -gt 1 ]
[ "$keys" -gt 0 ]

step='writing down what was verified'
rm -rf -- "$restored"
bytes=$(wc -c <"$snapshot")
sum=$(sha256sum <"$snapshot" | cut -d ' ' -f 1)
cat -- "$root/snapshot/facts" >"$facts"
printf 'revision=%s\nkeys=%s\nbytes=%s\nsha256=%s\n' "$revision" "$keys" "$bytes" "$sum" >>"$facts"
printf 'verify: OK restored revision %s with %s keys from %s bytes, %s s\n' \
    "$revision" "$keys" "$bytes" "$(($(date -u +%s) - begun))"
