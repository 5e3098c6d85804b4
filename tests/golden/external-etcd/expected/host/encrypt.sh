#!/bin/sh
# Stage 3 of the etcd snapshot: encrypts what was verified, in parts, and writes the manifest object.
#
# Why parts: one S3 PUT carries at most 5 GiB. Why here: every location gets the same bytes and the same manifest.
# Takes   the folder that holds every path below: none in a pod, one on a host
# Reads   KEDGE_CLUSTER, KEDGE_RUN, KEDGE_KUBERNETES_VERSION, KEDGE_RECIPIENTS (age public keys, spaces between),
#         KEDGE_PART_BYTES; /snapshot/snapshot.db, /scratch/facts
# Writes  /encrypted/run: snapshot.db.age.aaa, .aab and so on, manifest.json, sums (SHA-256 of the parts), name
set -eu
umask 027

root=$*
snapshot=$root/snapshot/snapshot.db
facts=$root/scratch/facts
out=$root/encrypted/run
prefix=snapshot.db.age.
step='starting'

finish() {
    [ "$1" -eq 0 ] && return
    rm -rf -- "$out"
    printf 'encrypt: FAILED while %s (exit %s); nothing is left to upload\n' "$step" "$1" >&2
}
trap 'finish "$?"' EXIT
trap 'exit 143' TERM

fact() {
    sed -n "s/^$1=//p" "$facts"
}

# $1 variable, $2 its value. It goes into JSON and object names as it is: nothing that would need quoting may pass.
word() {
    step="reading $1"
    case "$2" in
        '' | -* | *[!A-Za-z0-9._-]*) return 1 ;;
    esac
}

word KEDGE_CLUSTER "$KEDGE_CLUSTER"
word KEDGE_RUN "$KEDGE_RUN"
word KEDGE_KUBERNETES_VERSION "$KEDGE_KUBERNETES_VERSION"
begun=$(date -u +%s)
rm -rf -- "$out"
mkdir -- "$out"

step='reading KEDGE_RECIPIENTS'
set -f
quoted=
set --
for recipient in $KEDGE_RECIPIENTS; do
    case "$recipient" in
        age1*[!a-z0-9]*) exit 1 ;;
        age1*) set -- "$@" --recipient "$recipient" ;;
        *) exit 1 ;;
    esac
    [ -z "$quoted" ] || quoted="$quoted, "
    quoted="$quoted\"$recipient\""
done
set +f
[ "$#" -gt 0 ]

step='comparing the snapshot with the one that was verified'
started=$(fact started)
sum=$(fact sha256)
printf '%s  %s\n' "$sum" "$snapshot" | sha256sum -c >/dev/null 2>&1

# The shell tells the exit code of the pipe's end only; the mark tells that age came to its end.
step='encrypting'
{ age --encrypt "$@" <"$snapshot" && : >"$out/whole"; } |
    split -b "$KEDGE_PART_BYTES" -a 3 - "$out/$prefix"
rm -- "$out/whole"

step='adding up the parts'
cd -- "$out"
sha256sum -- "$prefix"* >sums
bytes=$(cat -- "$prefix"* | wc -c)
[ "$bytes" -gt "$(fact bytes)" ]

step='writing the manifest'
name=$(printf '%s\n' "$started" | tr -d ':-')-$KEDGE_RUN
printf '%s\n' "$name" >name
{
    printf '{\n  "format": "kedge-etcd-snapshot/1",\n'
    printf '  "cluster": "%s",\n  "snapshot": "%s",\n' "$KEDGE_CLUSTER" "$name"
    printf '  "run": "%s",\n  "started": "%s",\n' "$KEDGE_RUN" "$started"
    printf '  "kubernetes": "%s",\n  "etcd": "%s",\n' "$KEDGE_KUBERNETES_VERSION" "$(fact etcd)"
    printf '  "member": "%s",\n' "$(fact member)"
    printf '  "revision": %s,\n  "keys": %s,\n' "$(fact revision)" "$(fact keys)"
    printf '  "bytes": %s,\n  "sha256": "%s",\n' "$(fact bytes)" "$sum"
    printf '  "recipients": [%s],\n  "parts": [' "$quoted"
    separator=
    while read -r part_sum part; do
        size=$(wc -c <"$part")
        printf '%s\n    {"name": "%s", "bytes": %s, "sha256": "%s"}' "$separator" "$part" "$size" "$part_sum"
        separator=,
    done <sums
    printf '\n  ]\n}\n'
} >manifest.json
printf 'encrypt: OK %s: %s bytes in %s parts for %s recipients, %s s\n' \
    "$name" "$bytes" "$(wc -l <sums)" "$(($# / 2))" "$(($(date -u +%s) - begun))"
