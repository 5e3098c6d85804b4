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
