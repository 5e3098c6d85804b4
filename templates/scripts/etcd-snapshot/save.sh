#!/bin/sh
# Stage 1 of the etcd snapshot: asks the member on this host for a snapshot.
#
# Why the local member: it needs no name service and no load balancer, and it still answers when quorum is gone.
# Why two time-outs: etcdctl asks a dead or untrusted member again until its time is up; a snapshot takes minutes.
# Takes   the folder that holds every path below: none in a pod, one on a host
# Reads   KEDGE_HOST_IP, KEDGE_STALL_SECONDS (status), KEDGE_TIMEOUT_SECONDS (snapshot);
#         ca.crt, healthcheck-client.crt and healthcheck-client.key in /pki
# Writes  /snapshot/snapshot.db and /snapshot/facts, readable by the pod's group
set -eu
umask 027

root=$*
snapshot=$root/snapshot/snapshot.db
facts=$root/snapshot/facts
step='starting'

finish() {
    [ "$1" -eq 0 ] && return
    rm -f -- "$snapshot" "$snapshot.part" "$facts"
    printf 'save: FAILED while %s (exit %s); no snapshot is left behind\n' "$step" "$1" >&2
}
trap 'finish "$?"' EXIT
trap 'exit 143' TERM

# $1 seconds at most, then etcdctl's own words.
etcd() {
    seconds=$1
    shift
    etcdctl --endpoints="https://$host:2379" --cacert="$root/pki/ca.crt" \
        --cert="$root/pki/healthcheck-client.crt" --key="$root/pki/healthcheck-client.key" \
        --dial-timeout="$KEDGE_STALL_SECONDS"s --command-timeout="$seconds"s "$@"
}

# A member without leader may lag behind, one with an alarm may be damaged: the snapshot is taken and says so.
judge() {
    case "$1" in
        *CORRUPT*) echo corrupt-alarm ;;
        *'no leader'*) echo no-leader ;;
        *NOSPACE*) echo nospace-alarm ;;
        *) echo ok ;;
    esac
}

step='reading the environment'
case "$KEDGE_HOST_IP" in
    *:*) host="[$KEDGE_HOST_IP]" ;;
    *) host=$KEDGE_HOST_IP ;;
esac
begun=$(date -u +%s)
started=$(date -u -d "@$begun" +%Y-%m-%dT%H:%M:%SZ)
rm -f -- "$snapshot" "$snapshot.part" "$facts"

step="asking etcd at $host for its status"
status=$(etcd "$KEDGE_STALL_SECONDS" --write-out=json endpoint status)
version=$(printf '%s\n' "$status" | sed -n 's/.*"version":"\([A-Za-z0-9.+-]*\)".*/\1/p')
member=$(judge "$status")

step="saving the snapshot of etcd at $host"
report=$(etcd "$KEDGE_TIMEOUT_SECONDS" snapshot save "$snapshot" 2>&1) || {
    code=$?
    printf '%s\n' "$report" | tail -n 3 >&2
    exit "$code"
}
chmod 0640 -- "$snapshot"

step='writing down what was saved'
printf 'started=%s\netcd=%s\nmember=%s\n' "$started" "$version" "$member" >"$facts"
bytes=$(wc -c <"$snapshot")
printf 'save: OK %s bytes from etcd %s at %s, member %s, %s s\n' \
    "$bytes" "$version" "$host" "$member" "$(($(date -u +%s) - begun))"
