#!/bin/sh
# Installs the etcd snapshot timer on the host of a member. As root: sh install.sh NAME, with this host's name in the spec.
#
# Run it again after every change of these files. It starts the timer only when everything that a run needs is there.
# Reads   settings, hosts/ and locations/ beside this script
# Writes  $PROGRAMS, $CONFIG, and the two units in $UNITS
set -eu
umask 077

stop() {
    printf 'STOP %s\n' "$1" >&2
    exit 1
}

here=$(dirname -- "$0")
# shellcheck source=/dev/null
. "$here/settings"
[ "$(id -u)" -eq 0 ] || stop 'this needs root'
[ "$#" -eq 1 ] || stop "name this host, one of: $HOSTS"
case " $HOSTS " in
    *" $1 "*) ;;
    *) stop "$1 holds no member of $CLUSTER, these hosts do: $HOSTS" ;;
esac
# shellcheck source=/dev/null
. "$here/hosts/$1"

PATH=$TOOLS:$PATH
for needed in etcdctl etcdutl age curl basenc sha256sum split systemctl; do
    command -v "$needed" >/dev/null || stop "$needed is missing on this host"
done
[ -z "$SIGNERS" ] || command -v ssh-keygen >/dev/null || stop 'ssh-keygen is missing on this host'
for file in "$CA" "$CERTIFICATE" "$KEY"; do
    [ -s "$file" ] || stop "$file is missing: a client of etcd on this host needs it"
done

rm -rf -- "$PROGRAMS"
mkdir -p -- "$PROGRAMS/locations" "$CONFIG" "$STATE"
chmod 0700 -- "$CONFIG" "$STATE"
install -m 0644 -- "$here/settings" "$here"/*.sh "$PROGRAMS/"
rm -- "$PROGRAMS/install.sh"
install -m 0644 -- "$here"/locations/* "$PROGRAMS/locations/"
install -m 0600 -- "$here/hosts/$1" "$CONFIG/host"
install -m 0644 -- "$here/$UNIT.service" "$here/$UNIT.timer" "$UNITS/"
systemctl daemon-reload

for location in "$here"/locations/*; do
    credential=$CONFIG/credentials/$(basename -- "$location")
    mkdir -p -- "$credential"
    chmod 0700 -- "$CONFIG/credentials" "$credential"
    for file in access-key-id secret-access-key; do
        [ -s "$credential/$file" ] || stop "write the $file of a put-only credential into $credential/$file, then run this again"
        chmod 0600 -- "$credential/$file"
    done
done

if [ -n "$SIGNERS" ]; then
    key=$CONFIG/signing-key/signing-key
    mkdir -p -- "$CONFIG/signing-key"
    chmod 0700 -- "$CONFIG/signing-key"
    [ -s "$key" ] || stop "write the private half of a snapshot signer of $CLUSTER into $key, then run this again"
    chmod 0600 -- "$key"
    public=$(ssh-keygen -y -f "$key" | cut -d ' ' -f 2)
    case " $SIGNERS " in
        *" $public "*) ;;
        *) stop "$key is the private half of no snapshot signer of $CLUSTER" ;;
    esac
fi

systemctl enable --now "$UNIT.timer"
systemctl list-timers --no-pager "$UNIT.timer"
printf 'OK %s takes snapshots of %s; try one now: systemctl start %s.service\n' "$1" "$CLUSTER" "$UNIT"
