"""How the output reaches the cluster, how alerts are picked up, and which findings are borne knowingly."""

from pydantic import Field

from compiler.model.base import Section
from compiler.model.scalars import Branch, Date, Duration, GitUrl, LabelKey, LabelValue, Name, Place, Text, Url


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


class Gitops(Section):
    """The engine that syncs the output."""

    flux: Flux = Field(description="Flux.", examples=[{"url": "https://git.example.net/platform/dr.git"}])


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
    runbooks: Url | None = Field(
        default=None,
        description=(
            "URL under which the pages of this repository are read. Alerts link to it. Default: the page's path."
        ),
        examples=["https://git.example.net/platform/dr/src/main"],
    )


class Waiver(Section):
    """A finding that is borne knowingly, by someone, for a reason, for a time."""

    rule: Name = Field(description="Rule that is waived.", examples=["etcd-member-count-fits-tier"])
    at: Place = Field(
        description="Key path of the finding, as it is printed. What lies below it is waived too.",
        examples=["spec.etcd"],
    )
    reason: Text = Field(description="Why it is borne.", examples=["Second host arrives in March"])
    approver: Text = Field(description="Who bears it.", examples=["Head of infrastructure"])
    expires: Date = Field(
        description="Last day. After it the finding is back and the waiver itself is an error.", examples=["2027-03-01"]
    )
