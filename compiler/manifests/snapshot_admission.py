"""ValidatingAdmissionPolicy: in the backup namespace only the snapshot job's own pods are admitted, and nobody enters or changes them.

The namespace must admit host paths, so whoever could create a pod there could read etcd's client key. The policy is a
second layer, a closed list: it compares every field of a pod with what the API server stores of the CronJob's own template. A field that
neither has, also one that only a newer API server knows, is refused. Who can delete the policy is not stopped by it.
"""

from collections.abc import Iterator, Sequence

from compiler.kube import meta, stored_pod
from compiler.kube.cel import literal
from compiler.kube.manifest import Manifest, ObjectKey, Origin, manifest
from compiler.plan import naming
from compiler.plan.etcd_backup import SnapshotJob
from compiler.plan.plan import Plan
from compiler.pods import etcd_snapshot

API = "admissionregistration.k8s.io/v1"

PODS = {
    "operations": ["CREATE", "UPDATE"],
    "resources": ["pods", "pods/ephemeralcontainers", "pods/resize", "pods/status"],
}
CONNECTIONS = {"operations": ["CONNECT"], "resources": ["pods/exec", "pods/attach", "pods/portforward", "pods/proxy"]}
# What places a pod may give it labels and annotations too.
BINDINGS = {"operations": ["CREATE"], "resources": ["bindings", "pods/binding"]}

UNCHANGED = "nobody changes a pod of the backup namespace"
PLACED = "only the scheduler places a pod of the backup namespace, and it adds no annotation"
OWN = f"not a pod of the CronJob {naming.BACKUP_NAMESPACE}/{naming.SNAPSHOT_JOB}"
CLOSED = "nobody enters a pod of the backup namespace"

SCHEDULER = "system:kube-scheduler"  # kubernetes.io/docs/reference/access-authn-authz/rbac/#core-component-roles
# What the API server copies from the node, by its admission plugin PodTopologyLabels.
PLACE_LABELS = ("topology.kubernetes.io/zone", "topology.kubernetes.io/region")
# What Calico, OVN-Kubernetes, Multus and, under its prefix, Kube-OVN report of a pod while it starts. No container runtime reads them.
NETWORK_ANNOTATIONS = (
    "cni.projectcalico.org/containerID",
    "cni.projectcalico.org/podIP",
    "cni.projectcalico.org/podIPs",
    "k8s.ovn.org/pod-networks",
    "k8s.v1.cni.cncf.io/network-status",
    "k8s.v1.cni.cncf.io/networks-status",
)
KUBE_OVN = "ovn.kubernetes.io/"

_LISTS = ("initContainers", "containers", "volumes")


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield the two policies and their bindings, where kedge backs up etcd."""
    backup = plan.snapshot_job
    if backup is None:
        return
    kubernetes = plan.cluster.kubernetes
    closed: dict[str, object] = {
        "validations": [
            {"expression": "request.operation != 'CONNECT'", "message": CLOSED},
            {"expression": f"request.operation == 'CONNECT' || ({_PLACED})", "message": PLACED},
        ]
    }
    shape: dict[str, object] = {
        "variables": [{"name": name, "expression": expression} for name, expression in _variables(plan, backup)],
        "validations": [
            # A controller may take its finalizer from a pod of an earlier version of the job.
            {"expression": f"request.operation == 'CREATE' || ({_UNCHANGED})", "message": UNCHANGED},
            {
                "expression": "request.operation == 'UPDATE' || variables.differences.size() == 0",
                "messageExpression": f"'{OWN}: ' + variables.differences.join(', ')",
                "message": OWN,
            },
        ],
    }
    for name, spec, sources in (
        (naming.SNAPSHOT_ADMISSION, _policy(PODS) | shape, (backup.pod_sources, kubernetes.sources)),
        (naming.SNAPSHOT_NO_EXEC, _policy(CONNECTIONS, BINDINGS) | closed, ()),
    ):
        binding: dict[str, object] = {"policyName": name, "validationActions": ["Deny"]}
        policy = "ValidatingAdmissionPolicy"
        yield _manifest(plan, ObjectKey(API, policy, name), spec, Origin(backup.exists, (), sources))
        yield _manifest(plan, ObjectKey(API, f"{policy}Binding", name), binding, Origin(backup.exists))


def _manifest(plan: Plan, key: ObjectKey, spec: dict[str, object], origin: Origin) -> Manifest:
    """Guarded as the namespace is, which without its policies and bindings admits any pod."""
    labels = meta.labels(plan.cluster.name)
    return manifest(key, {"spec": spec}, layer="backup-control-plane", labels=labels, origin=origin, guard="consent")


def _policy(*matched: dict[str, list[str]]) -> dict[str, object]:
    namespace = {"matchLabels": {"kubernetes.io/metadata.name": naming.BACKUP_NAMESPACE}}
    rules = [{"apiGroups": [""], "apiVersions": ["v1"], **one} for one in matched]
    return {
        "failurePolicy": "Fail",
        "matchConstraints": {"namespaceSelector": namespace, "resourceRules": rules},
    }


def _variables(plan: Plan, job: SnapshotJob) -> Iterator[tuple[str, str]]:
    """What a pod is compared with, and the paths at which it differs."""
    template = etcd_snapshot.template(plan.cluster.name, job, plan.cluster.kubernetes)
    own = stored_pod.stored(template.spec)
    yield "labels", literal(template.labels)
    yield "spec", literal({key: value for key, value in own.items() if key not in (*_LISTS, "tolerations")})
    yield "tolerations", literal(own["tolerations"])
    for field in _LISTS:
        yield field, literal({item["name"]: item for item in own[field]})
        yield _found(field), f"has(object.spec.{field}) ? dyn(object.spec.{field}) : dyn([])"
    yield "differences", "\n+ ".join(_differences(own))


def _marks(of: str, field: str) -> str:
    """Labels or annotations of an object, a map in any case."""
    return f"{of}.metadata.?{field}.orValue({{}})"


_NOW, _BEFORE = _marks("object", "annotations"), _marks("oldObject", "annotations")
_REPORTED = f"k in {literal(NETWORK_ANNOTATIONS)} || k.startsWith({literal(KUBE_OVN)})"
_UNCHANGED = (
    f"object.spec == oldObject.spec && {_marks('object', 'labels')} == {_marks('oldObject', 'labels')}"
    f" && {_NOW}.all(k, {_REPORTED} || (k in {_BEFORE} && {_NOW}[k] == {_BEFORE}[k]))"
    f" && {_BEFORE}.all(k, {_REPORTED} || k in {_NOW})"
)
_PLACED = (
    f"request.userInfo.username == {literal(SCHEDULER)} && {_NOW}.size() == 0"
    f" && {_marks('object', 'labels')}.all(k, k in {literal(PLACE_LABELS)})"
)


def _found(field: str) -> str:
    return f"found{field[0].upper()}{field[1:]}"


def _differences(own: stored_pod.Fields) -> Iterator[str]:
    """Lists of paths. `dyn`: read as what it is, not by the types of the API server's minor, which have no keys to look at."""
    yield (
        "variables.labels.filter(k, !has(object.metadata.labels) || !(k in object.metadata.labels)"
        " || object.metadata.labels[k] != variables.labels[k]).map(k, 'metadata.labels.' + k)"
    )
    # Annotations configure the runtime of a container too.
    yield "(has(object.metadata.annotations) ? object.metadata.annotations.map(k, 'metadata.annotations.' + k) : [])"
    apart = literal((*_LISTS, "tolerations"))
    yield (
        f"dyn(object.spec).filter(k, !(k in {apart}) && (!(k in variables.spec)"
        " || dyn(object.spec)[k] != variables.spec[k])).map(k, 'spec.' + k)"
    )
    yield "variables.spec.filter(k, !(k in dyn(object.spec))).map(k, 'spec.' + k)"
    yield f"({_TOLERATED} ? [] : ['spec.tolerations'])"
    for field in _LISTS:
        yield from _differences_of_list(field, [item["name"] for item in own[field]])


_ADDED = (
    f"has(t.key) && t.key in {literal(stored_pod.ADDED_TOLERATIONS)} && has(t.operator) && t.operator == 'Exists'"
    " && has(t.effect) && t.effect == 'NoExecute' && t.all(k, k in ['key', 'operator', 'effect', 'tolerationSeconds'])"
)
_TOLERATED = (
    "has(object.spec.tolerations) && variables.tolerations.all(t, t in dyn(object.spec.tolerations))"
    f" && dyn(object.spec.tolerations).all(t, t in variables.tolerations || ({_ADDED}))"
)


def _differences_of_list(field: str, names: Sequence[str]) -> Iterator[str]:
    """Items are the same in the same order, and each has the same fields as the one of its name."""
    found, own = f"variables.{_found(field)}", f"variables.{field}"
    yield f"({found}.map(i, i.name) == {literal(names)} ? [] : ['spec.{field} (' + {found}.map(i, i.name).join(' ') + ')'])"
    other = f"!(k in {own}[i.name]) || i[k] != {own}[i.name][k]"
    if field != "volumes":
        other = f"k == 'imagePullPolicy' ? !(i[k] in {literal(stored_pod.PULL_POLICIES)}) : ({other})"
    yield (
        f"{found}.filter(i, i.name in {own}).map(i, (i.filter(k, {other}) + {own}[i.name].filter(k, !(k in i)))"
        f".map(k, 'spec.{field}[' + i.name + '].' + k).join(', ')).filter(paths, paths != '')"
    )
