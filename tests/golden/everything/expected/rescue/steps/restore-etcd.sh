block_api
[ -s chosen.db ] || stop "chosen.db is missing on $HOST: send the data first"
[ ! -e "$ETCD_DATA/member" ] ||
  stop "the old etcd data is in place on $HOST"
PEERS=
OWN_PEER=
for PEER in $(echo "$INITIAL_CLUSTER" | tr ',' ' '); do
  NAME=${PEER%%=*}
  case " $RESTORED " in
  *" $NAME "*) PEERS="$PEERS,$PEER" ;;
  esac
  [ "$NAME" != "$HOST" ] || OWN_PEER=${PEER#*=}
done
restore() {
  sha256sum < chosen.db > token
  echo "$PEERS" >> token
  etcdutl snapshot restore chosen.db --data-dir restored --name "$HOST" \
    --initial-cluster "${PEERS#,}" \
    --initial-advertise-peer-urls "$OWN_PEER" \
    --initial-cluster-token "kedge-$(sha256sum < token | cut -c 1-16)" \
    --bump-revision 1000000000 --mark-compacted > restore.log 2>&1
}
rm -rf restored
during "restoring etcd on $HOST" restore || {
  tail -n 1 restore.log
  stop "etcd is not restored on $HOST: see $PWD/restore.log"
}
mkdir -p "$ETCD_DATA"
chmod 0700 "$ETCD_DATA"
mv restored/member "$ETCD_DATA/member"
ok "$HOST is restored, token kedge-$(sha256sum < token | cut -c 1-16)"
