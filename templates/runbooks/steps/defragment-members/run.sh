[ -s before.db ] || stop "there is no snapshot of this cluster in $PWD"
member_sizes
cp sizes order
confirm "$CLUSTER" "A member answers nothing while it is defragmented."
while read -r _ ENDPOINT _ _; do
  echo "defragmenting $ENDPOINT"
  export ETCDCTL_ENDPOINTS="$ENDPOINT"
  during "defragmenting" timeout 600 etcdctl --command-timeout=590s defrag \
    < /dev/null
  wait_for "$ENDPOINT answers" 120 timeout 20 etcdctl \
    --command-timeout=10s get kedge-proof
done < order
member_sizes
ok "$(($(wc -l < order))) members are defragmented," \
  "the largest database has $(percent) of its quota"
