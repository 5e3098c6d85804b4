store_ca() {
  rm -f store-ca
  for PAIR in $2; do
    case $1/ in
    "${PAIR%%=*}"/*) printf %s "${PAIR#*=}" | base64 -d > store-ca ;;
    esac
  done
  [ ! -s store-ca ] || echo 'cacert = "store-ca"'
}
