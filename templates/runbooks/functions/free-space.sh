free_space() {
  FREE=$(df -Pk . | awk 'NR == 2 { print $4 }')
  NEEDED=$(du -sk "$ETCD_DATA" | awk '{ print $1 * 3 }')
  [ "$FREE" -gt "$NEEDED" ] ||
    stop "$PWD has $FREE KiB free, a snapshot and its check take $NEEDED"
}
