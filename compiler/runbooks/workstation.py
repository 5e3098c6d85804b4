"""Shared steps on the administrator's workstation: is this the cluster, with the kubeconfig pinned for all later steps.

Everything lies in $HOME/kedge-<cluster>. Each later block begins with its `env`, so that a shell that was lost costs
nothing, and a context that is switched in another window does not redirect a step. Where `env` is missing, nothing of the
block runs: its files would be those of whatever folder the shell stands in. What is removed or moved has its whole path.
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
cd "$HOME/kedge-@cluster@" || return 1
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
  rm -f "$HOME/kedge-@cluster@/kubeconfig"
  printf '\\nSTOP: this is not %s, it is %s\\n' @cluster@ "$SERVER"
fi
"""
_IF = """
if . "$HOME/kedge-@cluster@/env" &&
  [ "$(basename "$PWD")" = kedge-@cluster@ ]; then
"""
_ELSE = """
else
  echo 'STOP: nothing was done: paste the first step of this machine'
fi
"""


def inside(plan: Plan, lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return a later block: its lines run in the folder of the identity step or, where that is missing, not at all."""
    return joined(fill(_IF, cluster=plan.cluster.name), lines, fill(_ELSE, cluster=plan.cluster.name))


def run(plan: Plan, text: str, **words: str) -> tuple[Run, ...]:
    """Return a block for the workstation that starts with what the identity step wrote."""
    return (Run("workstation", (), inside(plan, fill(text, cluster=plan.cluster.name, **words))),)


def identity(plan: Plan, step: str) -> Step:
    """Return the first step on a workstation: endpoint and CA key of the kubeconfig in use, and an answer from the API."""
    want = (
        assign("WANT", plan.cluster.ca_fingerprint.removeprefix("sha256:"))
        if plan.cluster.ca_fingerprint
        else ('WANT="$CA"',)
    )
    names = {"cluster": plan.cluster.name}
    block = joined(fill(_HAVE, **names), assign("ENDPOINT", plan.cluster.endpoint), want, fill(_JUDGE, **names))
    return Step(step, "read-only", 3, (Run("workstation", (), block),))
