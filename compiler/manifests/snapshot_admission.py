"""ValidatingAdmissionPolicy: in the backup namespace only the snapshot job's own pods are admitted, and nobody enters them.

The namespace must admit host paths, so whoever could create a pod there could read etcd's client key. The policy is a
second layer: it narrows pods to the shape that the CronJob has, scripts compared word for word. Who can delete the policy
is not stopped by it.
"""

from collections.abc import Iterable, Iterator, Sequence

from compiler.kube import meta
from compiler.kube.manifest import Guard, Manifest, ObjectKey, Origin, manifest
from compiler.plan import naming
from compiler.plan.etcd_backup import SnapshotJob, scripts
from compiler.plan.plan import Plan

Pairs = Sequence[tuple[str, str]]

API = "admissionregistration.k8s.io/v1"

PODS = {"operations": ["CREATE", "UPDATE"], "resources": ["pods", "pods/ephemeralcontainers"]}
CONNECTIONS = {"operations": ["CONNECT"], "resources": ["pods/exec", "pods/attach", "pods/portforward", "pods/proxy"]}

# Expression and the sentence that a refused request reads. What differs between clusters is in variables.
SHAPE: Pairs = (
    ("has(object.spec.initContainers)", "a pod of the backup namespace has the stages of the snapshot job"),
    ("!has(object.spec.ephemeralContainers)", "nobody adds a container to a snapshot pod"),
    (f"object.spec.serviceAccountName == '{naming.SNAPSHOT_JOB}'", f"only the account {naming.SNAPSHOT_JOB} runs here"),
    ("!has(object.spec.hostNetwork) || !object.spec.hostNetwork", "not in the host's network"),
    ("!has(object.spec.hostPID) || !object.spec.hostPID", "not among the host's processes"),
    ("!has(object.spec.hostIPC) || !object.spec.hostIPC", "not in the host's memory"),
    ("variables.all.all(c, c.image == variables.image)", "only the tools image, by its digest"),
    ("object.spec.initContainers.map(c, c.name) == variables.stages", "only the stages of the job"),
    ("object.spec.containers.map(c, c.name) == variables.puts", "only one put for each location"),
    (
        "object.spec.initContainers.all(c, has(c.command)) && object.spec.initContainers.map(c, c.command) =="
        " variables.commands",
        "only the job's own scripts, word for word",
    ),
    (
        "object.spec.containers.all(c, has(c.command) && c.command == ['/bin/sh', '-c', variables.put, 'put'])",
        "only the job's own script to put, word for word",
    ),
    ("variables.all.all(c, !has(c.args) && !has(c.lifecycle))", "no arguments and no hooks"),
    (
        "variables.all.all(c, !has(c.envFrom) && (!has(c.env) || c.env.all(e, e.name.startsWith('KEDGE_')"
        " || e.name == 'GOMEMLIMIT')))",
        "no environment but the job's own",
    ),
    (
        "variables.all.all(c, !has(c.env) || c.env.all(e, !(e.name in variables.values) || (!has(e.valueFrom)"
        " && (has(e.value) ? e.value : '') in variables.values[e.name])))",
        "only the job's own keys and locations",
    ),
    (
        "variables.all.all(c, !has(c.env) || c.env.all(e, e.name != 'KEDGE_HOST_IP' || (has(e.valueFrom)"
        " && has(e.valueFrom.fieldRef) && e.valueFrom.fieldRef.fieldPath == 'status.hostIP')))",
        "only the etcd member of the pod's own host",
    ),
    (
        "variables.all.all(c, has(c.securityContext) && has(c.securityContext.readOnlyRootFilesystem)"
        " && c.securityContext.readOnlyRootFilesystem)",
        "a read-only root",
    ),
    (
        "variables.all.all(c, has(c.securityContext.allowPrivilegeEscalation)"
        " && !c.securityContext.allowPrivilegeEscalation)",
        "no way to more privileges",
    ),
    (
        "variables.all.all(c, !has(c.securityContext.privileged) && has(c.securityContext.capabilities)"
        " && has(c.securityContext.capabilities.drop) && c.securityContext.capabilities.drop == ['ALL']"
        " && !has(c.securityContext.capabilities.add))",
        "no privileges and no capabilities",
    ),
    (
        "has(object.spec.volumes) && object.spec.volumes.all(v, has(v.emptyDir) || (has(v.hostPath) && v.hostPath.type == 'File' &&"
        " v.hostPath.path in variables.files) || (has(v.secret) && v.secret.secretName in variables.secrets))",
        "only the job's own volumes; of the host only the three files of etcd's client",
    ),
    (
        "variables.all.all(c, c.name == 'save' || !has(c.volumeMounts) || !c.volumeMounts.exists(m, object.spec.volumes.exists(v,"
        " v.name == m.name && has(v.hostPath))))",
        "only the stage save sees files of the host",
    ),
    (
        "variables.all.all(c, !has(c.volumeMounts) || c.volumeMounts.all(m, m.mountPath == '/' + m.name"
        " || m.mountPath == '/credential' || m.mountPath.startsWith('/pki/')))",
        "each volume at its own place",
    ),
    (
        "variables.all.all(c, c.name == 'sign' || !has(c.volumeMounts) || c.volumeMounts.all(m,"
        f" m.name != '{naming.SIGNING_KEY}'))",
        "only the stage sign sees the signing key",
    ),
    (
        "object.spec.containers.all(c, !has(c.volumeMounts) || c.volumeMounts.all(m,"
        " m.mountPath in ['/encrypted', '/credential']))",
        "a put sees its credential and what is encrypted, nothing else",
    ),
)
CLOSED: Pairs = (("false", "nobody enters a pod of the backup namespace"),)


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield the two policies and their bindings, where kedge backs up etcd."""
    backup = plan.snapshot_job
    if backup is None:
        return
    cluster, exists = plan.cluster.name, backup.exists
    shape = _policy(PODS) | {
        "variables": _named(_variables(cluster, backup)),
        "validations": _validations(SHAPE),
    }
    closed = _policy(CONNECTIONS) | {"validations": _validations(CLOSED)}
    for name, spec, sources in (
        (naming.SNAPSHOT_ADMISSION, shape, backup.pod_sources),
        (naming.SNAPSHOT_NO_EXEC, closed, ()),
    ):
        binding: dict[str, object] = {"policyName": name, "validationActions": ["Deny"]}
        policy = "ValidatingAdmissionPolicy"
        yield _manifest(cluster, ObjectKey(API, policy, name), spec, "consent", Origin(exists, (), (sources,)))
        yield _manifest(cluster, ObjectKey(API, f"{policy}Binding", name), binding, "keep", Origin(exists))


def _manifest(cluster: str, key: ObjectKey, spec: dict[str, object], guard: Guard, origin: Origin) -> Manifest:
    labels = meta.labels(cluster)
    return manifest(key, {"spec": spec}, layer="backup-control-plane", labels=labels, origin=origin, guard=guard)


def _policy(matched: dict[str, list[str]]) -> dict[str, object]:
    namespace = {"matchLabels": {"kubernetes.io/metadata.name": naming.BACKUP_NAMESPACE}}
    rule = {"apiGroups": [""], "apiVersions": ["v1"], **matched}
    return {
        "failurePolicy": "Fail",
        "matchConstraints": {"namespaceSelector": namespace, "resourceRules": [rule]},
    }


def _variables(cluster: str, job: SnapshotJob) -> Iterator[tuple[str, str]]:
    """What the shape is compared with: names, digests and constant scripts, never free text."""
    yield "all", "object.spec.initContainers + object.spec.containers"
    yield "image", _quoted(job.runner.image)
    yield "puts", _list(naming.put_container(store.name) for store in job.stores)
    signing = (naming.SIGNING_SECRET,) if job.signers else ()
    yield "secrets", _list((*(store.credential for store in job.stores), *signing))
    yield "files", _list(job.runner.client.paths)
    for stage in job.stages:
        yield stage, f"r'''{scripts()[stage]}'''"
    yield "stages", _list(job.stages[:-1])
    commands = (f"['/bin/sh', '-c', variables.{stage}, '{stage}']" for stage in job.stages[:-1])
    yield "commands", f"[{', '.join(commands)}]"
    yield "values", _values(cluster, job)


def _values(cluster: str, job: SnapshotJob) -> str:
    """Environment that decides who can read a snapshot and where it goes: each variable with what it may be."""
    allowed = {
        "KEDGE_RECIPIENTS": [" ".join(job.recipients)],
        "KEDGE_CLUSTER": [cluster],
        "KEDGE_SIGNERS": [" ".join(signer.key for signer in job.signers)],
        "KEDGE_ENDPOINT": [store.endpoint for store in job.stores],
        "KEDGE_REGION": [store.region for store in job.stores],
        "KEDGE_BUCKET": [store.bucket for store in job.stores],
        "KEDGE_TARGET": [store.etcd_prefix for store in job.stores],
    }
    return "{" + ", ".join(f"{_quoted(name)}: {_list(values)}" for name, values in allowed.items()) + "}"


def _list(names: Iterable[str]) -> str:
    return "[" + ", ".join(map(_quoted, names)) + "]"


def _quoted(text: str) -> str:
    """Return a CEL string; the model lets no quote or backslash into names, and one here would be our bug."""
    if not text.isprintable() or "'" in text or "\\" in text:
        raise ValueError(f"{text!a} may not be part of a CEL expression")
    return f"'{text}'"


def _named(variables: Iterator[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "expression": expression} for name, expression in variables]


def _validations(pairs: Pairs) -> list[dict[str, str]]:
    return [{"expression": expression, "message": message} for expression, message in pairs]
