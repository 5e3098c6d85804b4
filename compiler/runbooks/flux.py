"""Shared steps that stop Flux from acting on a namespace and let it act again, without the flux command.

`--field-manager=flux` is what `flux suspend` writes with. A plain `kubectl patch` would write as `kubectl-patch`, and a
Kustomization above takes away what any manager beginning with `kubectl` wrote (kustomize-controller 1.9.5).
"""

from compiler.plan.plan import Plan
from compiler.runbooks import workstation
from compiler.runbooks.chapter import Step

_SUSPEND = """
KS=kustomizations.kustomize.toolkit.fluxcd.io
HR=helmreleases.helm.toolkit.fluxcd.io
kubectl get "$KS" -A --request-timeout=30s --no-headers \\
  -o custom-columns="A:.metadata.namespace,B:.metadata.name,\\
C:.spec.suspend,D:.status.inventory.entries[*].id" |
  awk -v n="$NAMESPACE" -v k="$KS" '$3 != "true" &&
    (index("," $4, "," n "_") || index($4, "_" n "__Namespace") ||
    index($2, "kedge-@cluster@-") == 1) { print k, $1, $2 }' > syncs
kubectl get "$HR" -A --request-timeout=30s --no-headers \\
  -o custom-columns="A:.metadata.namespace,B:.metadata.name,\\
C:.spec.suspend,D:.spec.targetNamespace" 2> /dev/null |
  awk -v n="$NAMESPACE" -v k="$HR" '$3 != "true" &&
    ($1 == n || $4 == n) { print k, $1, $2 }' >> syncs
[ -s suspended ] || cp syncs suspended
while read -r KIND IN NAME; do
  kubectl -n "$IN" patch "$KIND" "$NAME" --type=merge \\
    --field-manager=flux -p '{"spec":{"suspend":true}}' \\
    --request-timeout=30s < /dev/null
done < suspended
"""
_RESUME = """
while read -r KIND IN NAME; do
  kubectl -n "$IN" patch "$KIND" "$NAME" --type=merge \\
    --field-manager=flux -p '{"spec":{"suspend":false}}' \\
    --request-timeout=30s < /dev/null ||
    echo "$KIND $IN $NAME" >> still-suspended
done < suspended
STAMP=$(date -u +%Y%m%dT%H%M%SZ)
mv "$HOME/kedge-@cluster@/suspended" \\
  "$HOME/kedge-@cluster@/resumed-$STAMP"
[ ! -s still-suspended ] || cat still-suspended
"""


def suspend(plan: Plan, step: str) -> Step | None:
    """Return the step that suspends all that syncs into $NAMESPACE, kedge's own layers included; None without Flux."""
    if plan.delivery is None:
        return None
    return Step(step, "changing", 3, workstation.run(plan, _SUSPEND))


def resume(plan: Plan, step: str) -> Step | None:
    """Return the step that resumes exactly what was suspended; None without Flux."""
    return Step(step, "changing", 3, workstation.run(plan, _RESUME)) if plan.delivery else None
