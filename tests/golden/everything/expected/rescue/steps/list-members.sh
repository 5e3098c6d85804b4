timeout 20 etcdctl member list -w table --command-timeout=10s
timeout 20 etcdctl member list --command-timeout=10s > answer
sed 's/, /|/g' answer > members
: > down
while IFS='|' read -r ID _ NAME _ URL _; do
  URL=${URL%%,*}
  [ -n "$URL" ] && ETCDCTL_ENDPOINTS=$URL timeout 20 etcdctl \
    endpoint health --command-timeout=10s < /dev/null ||
    echo "$ID $NAME" >> down
done < members
DOWN=$(wc -l < down)
COUNT=$(wc -l < members)
[ "$DOWN" -ne 0 ] || stop "all $COUNT members are healthy: replace nothing"
[ "$DOWN" -eq 1 ] || stop "$DOWN of $COUNT members are down: remove none"
read -r ID NAME < down
ok "1 of $COUNT members is down: ${NAME:-$ID}"
