FAILED=
for ADDRESS in $HOST_ADDRESSES; do
  if reach 30 "$ADDRESS" 'systemctl restart kubelet' < /dev/null; then
    echo "$ADDRESS: restarted"
  else
    FAILED="$FAILED $ADDRESS"
  fi
done
[ -z "$FAILED" ] || stop "the kubelet was not restarted on:$FAILED"
ok "every kubelet is restarted"
