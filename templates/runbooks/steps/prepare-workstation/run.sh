command -v ssh || stop "ssh is missing on this machine"
{
  echo '. ./functions'
  setting CLUSTER "$CLUSTER"
  setting KUBECONFIG "$PWD/kubeconfig"
  echo 'export KUBECONFIG'
  echo '[ ! -s state ] || . ./state'
} > ./env
try_hosts
ok "this workstation is ready for $CLUSTER"
