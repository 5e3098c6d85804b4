"""Shared steps on the administrator's workstation: is this the cluster, with the kubeconfig pinned for all later steps.

Everything lies in $HOME/kedge-<cluster>. Each later block begins with its `env`, so that a shell that was lost costs
nothing, and a context that is switched in another window does not redirect a step.
"""

from compiler.plan.plan import Plan
from compiler.runbooks.chapter import Run, Step
from compiler.runbooks.shell import assign, fill, joined

_HAVE = """
umask 077
mkdir -p "$HOME/kedge-@cluster@"
timeout 20 kubectl config view --minify --flatten --raw \\
  > "$HOME/kedge-@cluster@/kubeconfig.new"
mv "$HOME/kedge-@cluster@/kubeconfig.new" \\
  "$HOME/kedge-@cluster@/kubeconfig"
cat > "$HOME/kedge-@cluster@/env" <<'END'
umask 077
cd "$HOME/kedge-@cluster@" || echo 'STOP: the folder is missing'
export KUBECONFIG="$HOME/kedge-@cluster@/kubeconfig"
END
. "$HOME/kedge-@cluster@/env"
SERVER=$(kubectl config view \\
  -o jsonpath='{.clusters[0].cluster.server}' | sed 's|/$||')
AUTHORITY='{.clusters[0].cluster.certificate-authority-data}'
CA=$(kubectl config view --raw -o jsonpath="$AUTHORITY" | base64 -d |
  openssl x509 -noout -pubkey | openssl pkey -pubin -outform der |
  sha256sum | cut -d ' ' -f 1)
"""
_JUDGE = """
if [ "$SERVER" = "$ENDPOINT" ] && [ "$CA" = "$WANT" ] &&
  kubectl get --raw=/readyz --request-timeout=20s; then
  printf '\\nOK: this is %s\\n' @cluster@
else
  rm -f kubeconfig
  printf '\\nSTOP: this is not %s, it is %s\\n' @cluster@ "$SERVER"
fi
"""


def env(plan: Plan) -> tuple[str, ...]:
    """Return the first line of each later block."""
    return fill('. "$HOME/kedge-@cluster@/env"', cluster=plan.cluster)


def run(plan: Plan, text: str, **words: str) -> tuple[Run, ...]:
    """Return a block for the workstation that starts with what the identity step wrote."""
    return (Run("workstation", (), (*env(plan), *fill(text, cluster=plan.cluster, **words))),)


def identity(plan: Plan, step: str) -> Step:
    """Return the first step on a workstation: endpoint and CA key of the kubeconfig in use, and an answer from the API."""
    want = assign("WANT", plan.ca_fingerprint.removeprefix("sha256:")) if plan.ca_fingerprint else ('WANT="$CA"',)
    names = {"cluster": plan.cluster}
    block = joined(fill(_HAVE, **names), assign("ENDPOINT", plan.endpoint), want, fill(_JUDGE, **names))
    return Step(step, "read-only", 3, (Run("workstation", (), block),))
