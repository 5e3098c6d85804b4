printf 'Paste the line that begins with kubeadm join: '
read -r JOIN
case $JOIN in
"kubeadm join "*) ;;
*) stop "that line does not begin with kubeadm join" ;;
esac
during "joining" timeout 600 sh -c "$JOIN"
ok "this host has joined"
