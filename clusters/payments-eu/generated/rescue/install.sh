#!/bin/sh
# Installs the rescue kit on the host of a control plane, with the tools of etcd. As root: sh install.sh [--tools FOLDER]
#
# Run it again after every change of these files, and after every upgrade of etcd. It changes nothing of the cluster.
# Reads   the kit beside this script; FOLDER with etcd, etcdctl, etcdutl and age, and their sums in SHA256SUMS
# Writes  $KIT_FOLDER and the link $KIT_COMMAND
set -eu
umask 022

stop() {
  printf 'STOP %s\n' "$1"
  exit 1
}

TOOLS=
if [ "${1-}" = --tools ] && [ $# -eq 2 ]; then
  TOOLS=$(cd "$2" && pwd) || stop "there is no folder $2"
elif [ $# -ne 0 ]; then
  stop 'usage: sh install.sh [--tools FOLDER]'
fi
cd "$(dirname -- "$0")"
if ! sha256sum -c SHA256SUMS > sums 2>&1 ||
  [ "$(sha256sum < SHA256SUMS | cut -d ' ' -f 1)" != "$(cat KIT)" ]; then
  grep -v ': OK$' sums || :
  rm -f sums
  stop 'these files are not as kedge made them: copy the folder again'
fi
rm -f sums
# shellcheck source=/dev/null
. ./cluster
[ "$(id -u)" -eq 0 ] || stop 'this needs root'

NEW=$KIT_FOLDER.new
rm -rf "$NEW"
mkdir -p "$NEW/steps" "$NEW/bin"
cut -c 67- SHA256SUMS | while IFS= read -r FILE; do
  cp "$FILE" "$NEW/$FILE"
done
cp SHA256SUMS KIT "$NEW/"
chmod 0755 "$NEW/kedge-rescue"

# The image of etcd's own container has the tools of its minor; one that is installed already does where that is gone.
IMAGE=$(sed -n 's|^ *image: *\(.*/etcd:.*\)|\1|p' "$STATIC_PODS/etcd.yaml" 2> /dev/null |
  head -n 1)
MINOR=$(echo "$IMAGE" | sed -n 's/.*:v*\([0-9]*\.[0-9]*\)\.[0-9].*/\1/p')
MINOR=${MINOR:-$ETCD_MINOR}
from_folder() {
  [ -n "$TOOLS" ] || return 1
  (cd "$TOOLS" && sha256sum -c SHA256SUMS) || stop "a file in $TOOLS has another sum"
  for TOOL in etcd etcdctl etcdutl age; do
    [ -e "$TOOLS/$TOOL" ] || continue
    grep -q " [ *]$TOOL\$" "$TOOLS/SHA256SUMS" || stop "$TOOLS/SHA256SUMS lists no $TOOL"
    cp "$TOOLS/$TOOL" "$NEW/bin/"
  done
}
from_image() {
  [ -n "$IMAGE" ] || return 1
  mkdir -p "$NEW/image"
  timeout 60 ctr -n k8s.io images mount "$IMAGE" "$NEW/image" > /dev/null || return 1
  cp "$NEW"/image/usr/local/bin/etcd* "$NEW/bin/" || :
  timeout 60 ctr -n k8s.io images unmount --rm "$NEW/image" > /dev/null
}
from_earlier() {
  cp "$KIT_FOLDER"/bin/etcd* "$NEW/bin/" 2> /dev/null
}
from_folder || :
[ -x "$NEW/bin/etcdutl" ] || [ -e "$NEW/bin/etcdutl" ] || from_image || from_earlier || :
[ ! -e "$NEW/image" ] || rmdir "$NEW/image"
if [ -z "$IMAGE" ] && [ ! -s "$NEW/bin/etcdutl" ]; then
  FOUND='tools missing'
  echo 'WARNING no etcd was set up on this host: the kit has no tools of etcd here'
else
  for TOOL in etcd etcdctl etcdutl; do
    [ -s "$NEW/bin/$TOOL" ] || stop "$TOOL is missing: give --tools a folder with etcd $MINOR"
  done
  chmod 0755 "$NEW"/bin/*
  FOUND=$("$NEW/bin/etcdutl" version | sed -n 's/^etcdutl version: \([0-9]*\.[0-9]*\)\..*/\1/p')
  [ "$FOUND" = "$MINOR" ] || stop "the tools are of etcd $FOUND, this cluster has $MINOR: give --tools a folder"
fi
[ -x "$NEW/bin/age" ] || command -v age > /dev/null ||
  echo 'WARNING age is missing on this host: install it, or give it in --tools'
if [ -n "$(ls "$NEW/bin")" ]; then
  (cd "$NEW/bin" && sha256sum -- *) > "$NEW/sums"
  mv "$NEW/sums" "$NEW/bin/SHA256SUMS"
else
  rmdir "$NEW/bin"
fi

rm -rf "$KIT_FOLDER.old"
[ ! -e "$KIT_FOLDER" ] || mv "$KIT_FOLDER" "$KIT_FOLDER.old"
mv "$NEW" "$KIT_FOLDER"
rm -rf "$KIT_FOLDER.old"
mkdir -p "$(dirname "$KIT_COMMAND")"
ln -sf "$KIT_FOLDER/kedge-rescue" "$KIT_COMMAND"
printf 'OK the rescue kit of %s is installed, etcd %s: %s status\n' "$CLUSTER" "$FOUND" "$KIT_COMMAND"
