for TABLE in iptables ip6tables; do
  command -v "$TABLE" || continue
  while read -r PORT; do
    while "$TABLE" -w 10 -C INPUT -p tcp --dport "$PORT" ! -i lo \
      -m comment --comment kedge -j REJECT 2> /dev/null; do
      "$TABLE" -w 10 -D INPUT -p tcp --dport "$PORT" ! -i lo \
        -m comment --comment kedge -j REJECT
    done
  done < ports
  "$TABLE" -w 10 -S INPUT > rules || true
  ! grep 'comment "*kedge' rules || stop "the API of $HOST is still blocked"
done
ok "the API of $HOST is open to other machines"
