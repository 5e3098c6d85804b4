during "uploading the certificates" timeout 120 sh -c \
  'kubeadm init phase upload-certs --upload-certs > uploaded'
KEY=$(tail -n 1 uploaded)
rm -f uploaded
JOIN=$(timeout 25 kubeadm token create --ttl 2h \
  --certificate-key "$KEY" --print-join-command)
printf '%s --node-name %s\n' "$JOIN" "$LOST"
ok "the line above joins $LOST for two hours"
