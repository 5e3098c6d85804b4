"""Every fact that depends on a version. Supported releases, the spec's patterns, the README's table and refusals come from here."""

from compiler.facts.fact import Fact, Support
from compiler.values.cron import Consumer

_OBJECTS = "`make test-real-all`: API server and controllers of this release admit every object, and the snapshot job's own pod alone"
_CRDS = "tests/real: the CRDs of this release (config/crd/v1/bases) take the Schedules and locations of every example"

KUBERNETES = (
    Fact(
        since=(1, 34, 0),
        before=(1, 35, 0),
        value=Support("1.34", None, "1.34.4"),
        source=_OBJECTS,
        seen="2026-11-21",
    ),
    Fact(
        since=(1, 35, 0),
        before=(1, 36, 0),
        value=Support("1.35", "1.35.4"),
        source="tests/real: API server, controllers and scheduler of this release",
        seen="2026-11-21",
    ),
    Fact(
        since=(1, 36, 0),
        before=(1, 37, 0),
        value=Support("1.36", None, "1.36.3"),
        source=_OBJECTS,
        seen="2026-11-21",
    ),
)
"""Supported minors of Kubernetes, by version of Kubernetes."""

VELERO = (
    Fact(
        since=(1, 16, 0),
        before=(1, 17, 0),
        value=Support("1.16", None, "1.16.2"),
        source=_CRDS,
        seen="2026-11-21",
    ),
    Fact(
        since=(1, 17, 0),
        before=(1, 18, 0),
        value=Support("1.17", None, "1.17.2"),
        source=_CRDS,
        seen="2026-11-21",
    ),
    Fact(
        since=(1, 18, 0),
        before=(1, 19, 0),
        value=Support("1.18", "1.18.3"),
        source="tests/real: server and AWS plugin of this release",
        seen="2026-11-21",
    ),
)
"""Supported minors of Velero, by version of Velero."""

VELERO_CRON = (
    Fact(
        since=(1, 15, 0),
        before=(1, 18, 3),
        value=Consumer.VELERO_ROBFIG,
        source="go.mod of velero v1.15.0, v1.16.0, v1.16.2, v1.17.0, v1.17.2, v1.18.0 and v1.18.2: robfig/cron/v3 v3.0.1",
        seen="2026-11-21",
    ),
    Fact(
        since=(1, 18, 3),
        before=(1, 19, 0),
        value=Consumer.VELERO_GOCRON,
        source="go.mod of velero v1.18.3: netresearch/go-cron v0.15.0",
        seen="2026-11-21",
    ),
)
"""How a release of Velero reads a schedule. 1.15 is the first that takes a zone in the schedule (velero issue 8224)."""

ETCD = (
    Fact(
        since=(3, 6, 0),
        before=(3, 7, 0),
        value=Support("3.6", "3.6.16"),
        source="tests/real: members of this release; kubeadm's default for Kubernetes 1.34 to 1.36 (constants.go)",
        seen="2026-11-21",
    ),
)
"""Minors of etcd whose tools the scripts and pages were written for, by version of etcd."""

KUBEADM_ETCD = (
    Fact(
        since=(1, 34, 0),
        before=(1, 37, 0),
        value="3.6",
        source="SupportedEtcdVersion in cmd/kubeadm/app/constants/constants.go of Kubernetes 1.34.4, 1.35.4 and 1.36.3",
        seen="2026-11-22",
    ),
)
"""Minor of etcd that kubeadm runs unless its configuration names another one, by version of Kubernetes."""

ETCD_DEFAULT_QUOTA = Fact(
    since=(3, 5, 0),
    before=(3, 7, 0),
    value=2 * 2**30,
    source="etcd server/storage/quota.go, DefaultQuotaBytes",
    seen="2026-08-21",
)
"""Bytes of `--quota-backend-bytes` where it is not set."""

FLUX = (
    Fact(
        since=(2, 9, 0),
        before=(2, 10, 0),
        value=Support("2.9", "2.9 (controllers 1.9.5)"),
        source="tests/real: source-controller and kustomize-controller 1.9.5",
        seen="2026-11-21",
    ),
)
"""Supported minors of Flux, by version of the distribution; each ships controllers of its own versions."""

_ARGO_CRDS = "CRDs of argo-cd {} (manifests/crds) take the Applications and the AppProject of every example"

ARGO = (
    Fact(
        since=(3, 2, 0),
        before=(3, 3, 0),
        value=Support("3.2", "3.2.11"),
        source="tests/real: application-controller and repo-server of this release",
        seen="2026-11-21",
    ),
    Fact(
        since=(3, 3, 0),
        before=(3, 4, 0),
        value=Support("3.3", None),
        source=_ARGO_CRDS.format("v3.3.19"),
        seen="2026-11-21",
    ),
    Fact(
        since=(3, 4, 0),
        before=(3, 5, 0),
        value=Support("3.4", None),
        source=_ARGO_CRDS.format("v3.4.13"),
        seen="2026-11-21",
    ),
    Fact(
        since=(3, 5, 0),
        before=(3, 6, 0),
        value=Support("3.5", None),
        source=_ARGO_CRDS.format("v3.5.7") + "; `signatureKeys` is deprecated in it and still read",
        seen="2026-11-21",
    ),
    Fact(
        since=(3, 6, 0),
        before=(3, 7, 0),
        value=Support("3.6", None),
        source=_ARGO_CRDS.format("v3.6.1") + "; `signatureKeys` is deprecated in it and still read",
        seen="2026-11-21",
    ),
)
"""Supported minors of Argo CD, by version of Argo CD. 3.2 is the first in which a retry takes the newest commit (`retry.refresh`)."""
