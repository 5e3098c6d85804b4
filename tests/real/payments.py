"""What runs in the namespace `payments` of the example: from Git by its team's own Flux sync, and made by hand."""

from __future__ import annotations

import subprocess

from tests.real.examples import Object
from tests.real.fleet import OUTSIDE, Fleet, bring_prometheus, bring_velero
from tests.real.harness.apiserver import checked
from tests.real.harness.bed import Bed

ENDPOINT = f"https://{OUTSIDE.api}:6443"
DECLARED_CA = "3f1a5c7e9b2d4f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8"
NAMESPACE = "payments"
CLAIM = "data-ledger-0"
# Written by controllers from other objects, or gone by themselves.
DERIVED = {"events", "events.events.k8s.io", "endpoints", "endpointslices.discovery.k8s.io"}

_CRD = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: queues.example.net}
spec:
  group: example.net
  scope: Namespaced
  names: {kind: Queue, plural: queues, singular: queue, listKind: QueueList}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties: {spec: {type: object, x-kubernetes-preserve-unknown-fields: true}}
"""
# What the team keeps in Git beside the specs.
_FROM_GIT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: gateway, namespace: payments, labels: {app.kubernetes.io/name: gateway}}
spec:
  replicas: 2
  selector: {matchLabels: {app.kubernetes.io/name: gateway}}
  template:
    metadata: {labels: {app.kubernetes.io/name: gateway}}
    spec:
      priorityClassName: critical
      serviceAccountName: gateway
      securityContext: {runAsNonRoot: true, runAsUser: 10001, seccompProfile: {type: RuntimeDefault}}
      containers:
      - name: gateway
        image: registry.example.net/gateway:1
        envFrom: [{configMapRef: {name: gateway}}, {secretRef: {name: signing}}]
        resources: {requests: {cpu: 500m, memory: 512Mi}, limits: {memory: 512Mi}}
        securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: gateway, namespace: payments}
---
apiVersion: v1
kind: Service
metadata: {name: gateway, namespace: payments}
spec: {selector: {app.kubernetes.io/name: gateway}, ports: [{name: https, port: 443, targetPort: 8443}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: gateway, namespace: payments}
data: {upstream: "https://ledger:8443", flags: "on"}
"""
_SYNC = """
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: payments-team, namespace: flux-system}
spec:
  interval: 10m
  path: apps/payments
  prune: true
  sourceRef: {kind: GitRepository, name: kedge-payments-eu}
"""
_BY_HAND = """
apiVersion: v1
kind: Secret
metadata: {name: signing, namespace: payments}
stringData: {key: "never in Git"}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: payments}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader, namespace: payments}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: gateway, namespace: payments}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ledger, namespace: payments}
spec:
  replicas: 0
  serviceName: ledger
  selector: {matchLabels: {app.kubernetes.io/name: ledger}}
  template:
    metadata: {labels: {app.kubernetes.io/name: ledger}}
    spec: {containers: [{name: ledger, image: "registry.example.net/ledger:1"}]}
---
apiVersion: example.net/v1
kind: Queue
metadata: {name: settlements, namespace: payments, finalizers: [example.net/drain]}
spec: {depth: 1000, when: "12:30"}
---
apiVersion: v1
kind: PersistentVolume
metadata:
  name: pvc-7c1f0a52
  annotations: {pv.kubernetes.io/provisioned-by: rbd.csi.ceph.com}
spec:
  capacity: {storage: 100Gi}
  accessModes: [ReadWriteOnce]
  persistentVolumeReclaimPolicy: Delete
  storageClassName: ceph-rbd
  csi: {driver: rbd.csi.ceph.com, volumeHandle: "0001"}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data-ledger-0, namespace: payments}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: ceph-rbd
  volumeName: pvc-7c1f0a52
  resources: {requests: {storage: 100Gi}}
"""


def running(bed: Bed) -> Fleet:
    """payments-eu as in the examples, but for the CA's key, which only the bed knows; its applications run."""
    fleet = Fleet(bed, "payments-eu")
    fleet.edit(DECLARED_CA, fingerprint(bed))
    define(bed)
    publish(fleet)
    bring_prometheus(bed)
    bring_velero(bed)
    fleet.commit = fleet.compile()
    fleet.bootstrap()
    fleet.wait_applied(fleet.commit)
    run(fleet, fleet.commit)
    return fleet


def define(bed: Bed) -> None:
    """Installs the team's custom resource; before Velero starts, which would not see it for five minutes."""
    bed.control_plane.install_crds([_CRD])


def publish(fleet: Fleet) -> None:
    """Puts the team's own objects into the work tree."""
    folder = fleet.repository.work / "apps" / NAMESPACE
    folder.mkdir(parents=True)
    (folder / "gateway.yaml").write_text(_FROM_GIT)


def run(fleet: Fleet, commit: str) -> None:
    """Has the team's sync applied, makes the rest by hand, and waits until all of it is ready."""
    checked(fleet.bed.apply_ssa(_SYNC))
    fleet.bed.flux.wait_applied("payments-team", commit)
    checked(fleet.bed.apply_ssa(_BY_HAND))
    api = fleet.bed.control_plane
    api.wait_for(lambda found: len(found.get("items", [])) == 2, "pods", "-n", NAMESPACE)
    wait_bound(fleet.bed)


def wait_bound(bed: Bed) -> None:
    """Waits until the claim has its disk."""
    bed.control_plane.wait_for(
        lambda found: found.get("status", {}).get("phase") == "Bound", "persistentvolumeclaim", CLAIM, "-n", NAMESPACE
    )


def objects(bed: Bed) -> dict[str, Object]:
    """Every object of the namespace and the namespace itself, as the API has them."""
    api = bed.control_plane
    kinds = checked(bed.kubectl("api-resources", "--namespaced", "--verbs=list", "-o", "name")).split()
    found = api.get(",".join(kind for kind in kinds if kind not in DERIVED), "-n", NAMESPACE)["items"]
    found.append(api.get("namespace", NAMESPACE))
    return {f"{one['kind']}/{one['metadata']['name']}": one for one in found}


def lasting(found: dict[str, Object]) -> dict[str, Object]:
    """Objects in the shape that a restore must bring back."""
    return {name: _lasting(one) for name, one in found.items()}


def _lasting(found: Object) -> Object:
    """An object without its status, what each creation generates, and the marks of Velero and of the volume binder."""
    metadata = found["metadata"]
    kept = {key: value for key, value in found.items() if key not in ("metadata", "status")}
    if found["kind"] == "Service":
        kept["spec"] = {key: value for key, value in kept["spec"].items() if not key.startswith("clusterIP")}
    return kept | {
        "labels": _without(metadata.get("labels"), "velero.io/"),
        "annotations": _without(metadata.get("annotations"), "pv.kubernetes.io/"),
        "finalizers": metadata.get("finalizers"),
    }


def _without(marks: dict[str, str] | None, prefix: str) -> dict[str, str]:
    return {key: value for key, value in (marks or {}).items() if not key.startswith(prefix)}


def fingerprint(bed: Bed) -> str:
    """SHA-256 of the public key of the bed's CA, as the page computes it."""
    pipe = 'openssl x509 -in "$0" -noout -pubkey | openssl pkey -pubin -outform der | sha256sum | cut -c -64'
    authority = bed.control_plane.authority.certificate
    return subprocess.run(["sh", "-c", pipe, authority], check=True, text=True, capture_output=True).stdout.strip()
