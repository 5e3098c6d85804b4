[ -s before.db ] || stop "there is no snapshot of this cluster in $PWD"
[ "$(wc -l < down)" -eq 1 ] || stop "not exactly one member is down"
read -r ID NAME < down
[ -n "$NAME" ] || stop "the member $ID never started: remove it by its id"
confirm "$NAME" "This removes the member $NAME from etcd, for good."
timeout 30 etcdctl --command-timeout=20s member remove "$ID"
remember LOST "$NAME"
timeout 20 etcdctl member list -w table --command-timeout=10s
ok "$NAME is removed from etcd"
