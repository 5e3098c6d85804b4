timeout 20 kubectl config view --minify --flatten --raw > kubeconfig.new
KUBECONFIG=$PWD/kubeconfig.new
export KUBECONFIG
SERVER=$(kubectl config view -o jsonpath='{.clusters[0].cluster.server}')
AUTHORITY='{.clusters[0].cluster.certificate-authority-data}'
kubectl config view --raw -o jsonpath="$AUTHORITY" | base64 -d > ca.crt
[ -s ca.crt ] || stop "the kubeconfig names no CA of the cluster"
[ "${SERVER%/}" = "$API_ENDPOINT" ] ||
  stop "this is not $CLUSTER: the kubeconfig leads to $SERVER"
compare_ca ca.crt
kubectl get --raw=/readyz --request-timeout=20s
echo
mv kubeconfig.new kubeconfig
{
  echo '. ./functions'
  setting CLUSTER "$CLUSTER"
  setting KUBECONFIG "$PWD/kubeconfig"
  echo 'export KUBECONFIG'
  echo '[ ! -s state ] || . ./state'
} > ./env
: > state
ok "this is $CLUSTER"
