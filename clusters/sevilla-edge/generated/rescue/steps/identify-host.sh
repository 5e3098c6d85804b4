compare_ca() {
  KNOWN=$CA_DIGEST
  if [ -z "$KNOWN" ]; then
    printf 'The spec of %s states no fingerprint of its CA.\n' "$CLUSTER"
    printf 'Type the SHA-256 of its public key as you know it: '
    read -r KNOWN || KNOWN=
    KNOWN=${KNOWN#sha256:}
  fi
  [ -n "$KNOWN" ] || stop "there is nothing to compare the CA with"
  openssl x509 -noout -in "$1" || stop "the CA of the cluster cannot be read"
  FOUND=$(openssl x509 -noout -pubkey -in "$1" |
    openssl pkey -pubin -outform der | sha256sum | cut -d ' ' -f 1)
  [ "$FOUND" = "$KNOWN" ] ||
    stop "this is not $CLUSTER: the key of the CA is sha256:$FOUND"
}
SYSTEM_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
HOST=$(cat "$STATIC_PODS/etcd.yaml" manifests/etcd.yaml 2> /dev/null |
  sed -n 's/^ *- --name=//p' | head -n 1)
[ -n "$HOST" ] || stop "this host has no etcd manifest"
[ -s "$CLUSTER_CA" ] || stop "the CA of the cluster is missing on this host"
compare_ca "$CLUSTER_CA"
ADDRESS=
for PAIR in $MEMBERS; do
  [ "${PAIR%%=*}" != "$HOST" ] || ADDRESS=${PAIR#*=}
done
[ -n "$ADDRESS" ] || stop "$HOST is no member of $CLUSTER in the spec"
LEFT=
for FILE in survivor.db survivor.revision chosen.db before.db down zero \
  zero-stateful ports members api-block state; do
  [ ! -s "$FILE" ] || LEFT="$LEFT $FILE"
done
if [ -n "$LEFT" ] && [ -s "$STATIC_PODS/etcd.yaml" ]; then
  NOW=$(date +%s)
  for FILE in $LEFT; do
    echo "$FILE is $(((NOW - $(date -r "$FILE" +%s)) / 60)) minutes old"
  done
  printf 'Type continue if this incident wrote them, new if not: '
  read -r ANSWER || ANSWER=
  [ "$ANSWER" = continue ] || [ "$ANSWER" = new ] ||
    stop "nothing was changed: type continue or new"
  ASIDE=earlier-$(date -u +%Y%m%dT%H%M%SZ)
  [ "$ANSWER" = continue ] || mkdir "$ASIDE"
  for FILE in $LEFT; do
    [ "$ANSWER" = continue ] || mv "$FILE" "$ASIDE/"
  done
fi
mkdir -p bin manifests image
{
  echo '. ./functions'
  setting CLUSTER "$CLUSTER"
  setting HOST "$HOST"
  setting ADDRESS "$ADDRESS"
  setting CLUSTER_CA "$CLUSTER_CA"
  setting STATIC_PODS "$STATIC_PODS"
  setting ADMIN_CONF "$ADMIN_CONF"
  setting ETCD_DATA "$ETCD_DATA"
  setting KUBECONFIG "$PWD/admin.conf"
  setting ETCDCTL_ENDPOINTS https://127.0.0.1:2379
  setting ETCDCTL_CACERT "$ETCD_CA"
  setting ETCDCTL_CERT "$ETCD_CERT"
  setting ETCDCTL_KEY "$ETCD_KEY"
  setting PATH "$PWD/bin:$SYSTEM_PATH"
  echo 'export KUBECONFIG PATH'
  echo 'export ETCDCTL_ENDPOINTS ETCDCTL_CACERT ETCDCTL_CERT ETCDCTL_KEY'
  echo 'block_api() { stop "the control plane was not stopped here yet"; }'
  echo '[ ! -s api-block ] || . ./api-block'
  echo '[ ! -s state ] || . ./state'
} > ./env
touch state
ok "this is $HOST of $CLUSTER"
