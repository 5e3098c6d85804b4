#!/bin/sh
# Stage 4 of the etcd snapshot: signs the manifest, so that a restore can tell that this cluster made the snapshot.
#
# Encryption cannot tell: the recipients are public, so whoever can put an object can encrypt any database to them.
# Why a stage of its own: it sees no credential of a store, and what uploads sees no signing key.
# The manifest binds cluster, name of the snapshot and the sum of each part; whoever verifies compares all three.
# A signature that the pages would refuse fails the run now, not on the day of a restore.
# Takes   the folder that holds every path below: none in a pod, one on a host
# Reads   KEDGE_SIGNERS (public ed25519 keys in base64, spaces between); signing-key in /signing-key;
#         /encrypted/run/manifest.json
# Writes  /encrypted/run/manifest.json.sig
set -eu
umask 027

root=$*
manifest=$root/encrypted/run/manifest.json
signature=$manifest.sig
signers=$root/encrypted/signers
step='starting'

finish() {
    rm -f -- "$signers"
    [ "$1" -eq 0 ] && return
    rm -f -- "$signature"
    printf 'sign: FAILED while %s (exit %s); an unsigned snapshot is not uploaded\n' "$step" "$1" >&2
}
trap 'finish "$?"' EXIT
trap 'exit 143' TERM

step='reading KEDGE_SIGNERS'
begun=$(date -u +%s)
: >"$signers"
set -f
for key in $KEDGE_SIGNERS; do
    case "$key" in
        *[!A-Za-z0-9+/]*) exit 1 ;;
        AAAAC3NzaC1lZDI1NTE5AAAAI*) printf 'signer ssh-ed25519 %s\n' "$key" >>"$signers" ;;
        *) exit 1 ;;
    esac
done
set +f
[ -s "$signers" ]

step='signing the manifest with the key of the Secret or file signing-key'
ssh-keygen -q -Y sign -n kedge-etcd-snapshot -f "$root/signing-key/signing-key" <"$manifest" >"$signature"

step='comparing the signing key with the signers in the spec: it is the private half of none of them'
ssh-keygen -q -Y verify -n kedge-etcd-snapshot -f "$signers" -I signer -s "$signature" <"$manifest" >&2

printf 'sign: OK %s, %s s\n' "$(cat -- "$root/encrypted/run/name")" "$(($(date -u +%s) - begun))"
