"""How the output reaches the cluster, how alerts are picked up, and which findings are accepted."""

from typing import Annotated

from pydantic import Field

from compiler.model.base import Section
from compiler.model.scalars import (
    Branch,
    Date,
    Duration,
    GitUrl,
    GpgFingerprint,
    JobName,
    LabelKey,
    LabelValue,
    MetricLabel,
    Name,
    Place,
    Text,
    Url,
)


class Flux(Section):
    """The Flux installation of the cluster."""

    url: GitUrl = Field(
        description="Repository that holds this file, as the cluster reaches it.",
        examples=["https://git.example.net/platform/dr.git"],
    )
    branch: Branch = Field(default="main", description="Branch that is synced. Default main.", examples=["main"])
    namespace: Name = Field(
        default="flux-system",
        description="Namespace of Flux and of the delivery objects. Default flux-system.",
        examples=["flux-system"],
    )
    interval: Duration = Field(default=600, description="How often drift is corrected. Default 10m.", examples=["10m"])
    secret: Name | None = Field(
        default=None,
        description="Secret with the credential of the repository. Default: none is needed.",
        examples=["dr-git"],
    )
    signers: Name | None = Field(
        default=None,
        description=(
            "Secret with the public keys that commits must be signed by. Without it whoever can write to Git commands"
            " the cluster."
        ),
        examples=["dr-signers"],
    )


class Argo(Section):
    """The Argo CD installation of the cluster: it runs in the cluster that it syncs."""

    url: GitUrl = Field(
        description="Repository that holds this file, as the cluster reaches it.",
        examples=["https://git.example.net/platform/dr.git"],
    )
    branch: Branch = Field(default="main", description="Branch that is synced. Default main.", examples=["main"])
    namespace: Name = Field(
        default="argocd",
        description="Namespace of Argo CD and of the delivery objects. Default argocd.",
        examples=["argocd"],
    )
    project: Name | None = Field(
        default=None,
        description="Name of the AppProject of the layers; the parent's has -parent after it. Default: kedge- and the cluster's name.",
        examples=["disaster-recovery"],
    )
    secret: Name | None = Field(
        default=None,
        description=(
            "Secret with the credential of the repository, labelled `argocd.argoproj.io/secret-type: repository`. Default: none is"
            " needed."
        ),
        examples=["dr-git"],
    )
    signers: Annotated[tuple[GpgFingerprint, ...], Field(strict=False)] = Field(
        default=(),
        description=(
            "Fingerprints of the GnuPG keys that commits must be signed by; Argo CD needs their public halves in argocd-gpg-keys-cm."
            " Without it whoever can write to Git commands the cluster."
        ),
        examples=[["A81C3B5D0E7F9264A1B3C5D7E9F0123456789ABC"]],
    )
    health_checks: bool = Field(
        default=False,
        description=(
            "Whether argocd-cm holds the health checks that the cluster's `runbooks/README.md` prints. Without them Argo CD waits for"
            " no layer before it applies the next one. Default false."
        ),
        examples=[True],
    )


class Gitops(Section):
    """The engine that syncs the output. Exactly one."""

    flux: Flux | None = Field(
        default=None, description="Flux.", examples=[{"url": "https://git.example.net/platform/dr.git"}]
    )
    argo: Argo | None = Field(
        default=None, description="Argo CD.", examples=[{"url": "https://git.example.net/platform/dr.git"}]
    )


class Jobs(Section):
    """Prometheus jobs that watch the control plane. Its alerts need their metrics, so each is emitted where its job is stated."""

    etcd: JobName | None = Field(
        default=None,
        description=(
            "Job that scrapes `/metrics` of every etcd member. Without it no alert fires when etcd loses a member, its quorum or"
            " its space."
        ),
        examples=["kube-etcd"],
    )
    certificates: JobName | None = Field(
        default=None,
        description=(
            "Job by which the blackbox exporter (module `tcp` with `tls: true`) probes the TLS port of every API server and"
            " the client and peer port of every etcd member. Without it no alert fires before the certificates expire."
        ),
        examples=["control-plane-certificates"],
    )


class Monitoring(Section):
    """Where alert rules go."""

    namespace: Name = Field(
        default="monitoring",
        description="Namespace of the PrometheusRule; it must exist. Default monitoring.",
        examples=["monitoring"],
    )
    labels: dict[LabelKey, LabelValue] = Field(
        default={},
        description="Labels that the Prometheus operator selects rules by.",
        examples=[{"release": "kube-prometheus-stack"}],
    )
    selector: dict[MetricLabel, LabelValue] = Field(
        default={},
        description=(
            "Labels by which Prometheus tells this cluster's series from those of others. Needed where one Prometheus, or one"
            " ruler of Thanos or Mimir, evaluates the rules of several clusters. Default: none, for a Prometheus that knows this"
            " cluster alone."
        ),
        examples=[{"cluster": "payments-eu"}],
    )
    jobs: Jobs = Field(
        default=Jobs.model_construct(),
        description=(
            "Prometheus jobs that watch the control plane; not for a managed distribution. Default: none, so nothing alerts when"
            " etcd or a certificate fails."
        ),
        examples=[{"etcd": "kube-etcd", "certificates": "control-plane-certificates"}],
    )
    runbooks: Url | None = Field(
        default=None,
        description=(
            "URL under which the runbooks of this repository are read. Alerts link there. Default: a path, which no alert can open."
        ),
        examples=["https://git.example.net/platform/dr/src/main"],
    )


class Waiver(Section):
    """An accepted finding: who accepts the risk, why, and until when."""

    rule: Name = Field(description="Rule that is waived.", examples=["etcd-member-count-fits-tier"])
    at: Place = Field(
        description="Key path of the finding, as it is printed. Findings below it are waived too.",
        examples=["spec.etcd"],
    )
    reason: Text = Field(description="Why the risk is accepted.", examples=["Second host arrives in March"])
    approver: Text = Field(description="Who accepts the risk.", examples=["Head of infrastructure"])
    expires: Date = Field(
        description="Last day. After it the finding is back and the waiver itself is a finding.",
        examples=["2027-03-01"],
    )
