#!/bin/sh
# Last stage of the etcd snapshot, once for each location: uploads parts, signature (if any) and, last, the manifest.
#
# A snapshot exists when its manifest object exists; parts without one are what a failed run leaves behind.
# The snapshot of a member that is corrupt or has no leader is uploaded, since it may be the last; the run fails.
# The credential can only put. It goes from its files to curl by a pipe, never through an argument or a variable.
# The signature covers each body's SHA-256; the checksum header is what a bucket with Object Lock demands.
# Takes   the folder that holds every path below: none in a pod, one on a host
# Reads   KEDGE_ENDPOINT (no slash at the end), KEDGE_REGION, KEDGE_BUCKET, KEDGE_TARGET (path in the bucket for the
#         snapshot's folder), KEDGE_ATTEMPTS, KEDGE_STALL_SECONDS (connect, and no progress), KEDGE_TIMEOUT_SECONDS
#         (one object); KEDGE_CA (certificates of a private authority in PEM, else empty);
#         access-key-id and secret-access-key in /credential; /encrypted/run
set -eu
umask 077

root=$*
source=$root/encrypted/run
credential=$root/credential
step='starting'

outcome='no manifest is confirmed, so this run is no snapshot'

finish() {
    [ "$1" -eq 0 ] && return
    printf 'put: FAILED while %s (exit %s); %s\n' "$step" "$1" "$outcome" >&2
}
trap 'finish "$?"' EXIT
trap 'exit 143' TERM

# $1 variable, $2 its value. Unreserved characters mean the same in a URL, in the signature and in the object's name.
plain() {
    step="reading $1"
    case "$2" in
        '' | -* | *[!A-Za-z0-9._/-]* | /* | */ | *//* | *..*) return 1 ;;
    esac
}

line() {
    tr -d '\r\n' <"$credential/$1" | sed 's/["\\]/\\&/g'
}

settings() {
    printf 'user = "'
    line access-key-id
    printf ':'
    line secret-access-key
    printf '"\n'
    [ -z "$KEDGE_CA" ] || printf 'cacert = "/dev/fd/3"\n'
}

# One attempt; $1 object, $2 its SHA-256 in hex. 0: stored, 1: worth another attempt; refusals end the script.
send() {
    checksum=$(printf '%s' "$2" | tr a-f A-F | basenc --base16 --decode | basenc --base64)
    ended=0
    answer=$(printf '%s\n' "$KEDGE_CA" | {
        exec 3<&0
        settings | curl --disable --config - --silent --show-error --http1.1 --globoff --proto '=https,http' \
            --aws-sigv4 "aws:amz:$KEDGE_REGION:s3" --connect-timeout "$KEDGE_STALL_SECONDS" \
            --speed-limit 1024 --speed-time "$KEDGE_STALL_SECONDS" --max-time "$KEDGE_TIMEOUT_SECONDS" \
            --header "x-amz-content-sha256: $2" --header "x-amz-checksum-sha256: $checksum" \
            --write-out '\n%{http_code} %header{x-amz-version-id}\n' \
            --upload-file "$source/$1" --url "$target/$1"
    } 2>&1) || ended=$?
    result=$(printf '%s\n' "$answer" | tail -n 1)
    version=$(printf '%s\n' "$result" | cut -d ' ' -f 2)
    case "$ended/$result" in
        0/200\ *) return 0 ;;
        */408\ * | */429\ *) tell "$1" ;;
        */[34]??\ *) tell "$1"; exit 1 ;;
        *) tell "$1" ;;
    esac
    return 1
}

# What curl or the store said, in one line: curl's message, the code in the store's XML, the HTTP status.
tell() {
    said=$(printf '%s\n' "$answer" | tr -d '\r' |
        sed -n 's/.*<Code>\([A-Za-z0-9]*\)<.*/\1/p; /^curl:/p; $p' | tr '\n' ' ')
    printf 'put: attempt %s of %s, %s: %s\n' "$attempt" "$KEDGE_ATTEMPTS" "$1" "$said" >&2
}

put() {
    step="uploading $1 to $KEDGE_BUCKET at $KEDGE_ENDPOINT"
    attempt=1
    until send "$1" "$2"; do
        [ "$attempt" -lt "$KEDGE_ATTEMPTS" ] || exit 1
        sleep "$((attempt * attempt))"
        attempt=$((attempt + 1))
    done
}

step='reading KEDGE_CA'
: "$KEDGE_CA"
plain KEDGE_BUCKET "$KEDGE_BUCKET"
plain KEDGE_TARGET "$KEDGE_TARGET"
plain KEDGE_REGION "$KEDGE_REGION"
step='reading KEDGE_ATTEMPTS'
[ "$KEDGE_ATTEMPTS" -ge 1 ]
step='reading KEDGE_STALL_SECONDS'
[ "$KEDGE_STALL_SECONDS" -ge 1 ]
step='reading KEDGE_TIMEOUT_SECONDS'
[ "$KEDGE_TIMEOUT_SECONDS" -ge 1 ]
step='reading KEDGE_ENDPOINT'
case "$KEDGE_ENDPOINT" in
    *[!][A-Za-z0-9.:/_-]* | */) exit 1 ;;
    https://* | http://*) ;;
    *) exit 1 ;;
esac
step='reading the credential'
[ -s "$credential/access-key-id" ]
[ -s "$credential/secret-access-key" ]
step='reading what was encrypted'
begun=$(date -u +%s)
name=$(cat -- "$source/name")
key=$KEDGE_TARGET/$name
target=$KEDGE_ENDPOINT/$KEDGE_BUCKET/$key

while read -r sum part; do
    put "$part" "$sum"
done <"$source/sums"
for object in manifest.json.sig manifest.json; do
    [ "$object" = manifest.json ] || [ -f "$source/$object" ] || continue
    sum=$(sha256sum <"$source/$object" | cut -d ' ' -f 1)
    put "$object" "$sum"
done

case "$version" in
    '' | 'null')
        printf 'put: WARNING %s keeps no versions: whoever can write can destroy this snapshot\n' \
            "$KEDGE_BUCKET" >&2
        ;;
esac
step='asking the manifest about the member of etcd'
outcome="$key is uploaded, and may be damaged: no run is good before that member is healthy"
member=$(sed -n 's/^  "member": "\([a-z-]*\)",$/\1/p' "$source/manifest.json")
case "$member" in
    'ok' | 'nospace-alarm') ;;
    *)
        step="judging the member of etcd: $member"
        exit 1
        ;;
esac
printf 'put: OK %s in %s at %s: %s parts, then the manifest, %s s\n' \
    "$key" "$KEDGE_BUCKET" "$KEDGE_ENDPOINT" "$(wc -l <"$source/sums")" "$(($(date -u +%s) - begun))"
