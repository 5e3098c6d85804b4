"""What the cluster claims to be and what it promises: RPO, RTO, what it survives, what it comes back from."""

from typing import Annotated, Literal

from pydantic import Field

from compiler.distributions.registry import MEANINGS, NAMES
from compiler.facts import tables
from compiler.facts.fact import example
from compiler.facts.procedures import ProcedureName
from compiler.model.base import Section
from compiler.model.scalars import DistributionName, Duration, Fingerprint, KubernetesVersions, Text, Url
from compiler.model.topology import DomainKind

Tier = Literal["lab", "edge", "production"]
Loss = Literal["host", "hypervisor", "rack", "feed", "zone", "site", "operator-error", "credential-theft"]


class Objective(Section):
    """How much may be lost and how long it may take."""

    rpo: Duration = Field(
        description="Recovery point objective: after a recovery the most recent data is at most this old.",
        examples=["1h"],
    )
    rto: Duration = Field(
        description="Recovery time objective: the service is back after this long. The pages print it as their budget.",
        examples=["2h"],
    )


class Promise(Section):
    """The promise that every proof is held against."""

    stay_up: Annotated[tuple[DomainKind, ...], Field(strict=False)] = Field(
        default=(),
        description=(
            "Losing any ONE of each of these, the control plane keeps serving; whether workloads still fit is not"
            " proven. Default: nothing is promised."
        ),
        examples=[["host"]],
    )
    stay_up_during_maintenance: Annotated[tuple[DomainKind, ...], Field(strict=False)] = Field(
        default=(),
        description=(
            "While any one host of the control plane is down for maintenance, losing any ONE of each of these as well, the"
            " control plane keeps serving. Default: maintenance is a time without redundancy."
        ),
        examples=[["host"]],
    )
    recover: Annotated[tuple[Loss, ...], Field(strict=False)] = Field(
        default=(),
        description=(
            "After losing any ONE of each of these, the cluster comes back within the objectives. `operator-error` is a"
            " deletion by a person with rights; `credential-theft` is the theft of every credential in the cluster."
        ),
        examples=[["rack", "site", "operator-error", "credential-theft"]],
    )
    control_plane: Objective | None = Field(
        default=None,
        description="Objectives of etcd and the control plane. Not used where the provider runs the control plane.",
        examples=[{"rpo": "1h", "rto": "2h"}],
    )
    applications: Objective | None = Field(
        default=None,
        description="Objectives of the applications and their data. Needed as soon as an application is backed up.",
        examples=[{"rpo": "24h", "rto": "8h"}],
    )


class Recovery(Section):
    """What the author knows about recovering this cluster."""

    minutes: dict[ProcedureName, Annotated[int, Field(ge=1, le=10080)]] = Field(
        default={},
        description=(
            "Minutes until the service is back, by procedure, as rehearsals of this cluster showed. The RTO is held against them."
            " Default: the sum of the procedure's steps."
        ),
        examples=[{"etcd-quorum-lost": 45}],
    )


class Distribution(Section):
    """What the cluster was installed with; paths and commands of the pages follow from it."""

    name: DistributionName = Field(
        description=". ".join(f"`{name}`: {MEANINGS[name]}" for name in NAMES) + ".",
        examples=[NAMES[0]],
    )
    version: KubernetesVersions = Field(
        description=(
            "Kubernetes version with its patch. Its minor chooses the schemas that the output is checked against. During an"
            " upgrade `{from: 1.35.4, to: 1.36.1}`: the output then fits both."
        ),
        examples=[example(tables.KUBERNETES), {"from": "1.34.8", "to": "1.35.4"}],
    )


class Identity(Section):
    """How a person at night makes sure that this is the cluster which the page is about."""

    endpoint: Url = Field(
        description=(
            "URL of the API, as kubeconfigs name it. Every page checks it before the first command that changes"
            " anything."
        ),
        examples=["https://api.payments-eu.example.net:6443"],
    )
    ca_fingerprint: Fingerprint | None = Field(
        default=None,
        description=(
            "SHA-256 of the public key of the cluster's CA, as `kubeadm token create --print-join-command` prints it. "
            "Two clusters may share a name, never a key."
        ),
        examples=["sha256:" + "5f" * 32],
    )
    account: Text | None = Field(
        default=None,
        description=(
            "Account (billing, cloud or directory) that the cluster belongs to. Stolen credentials of the cluster may"
            " reach it; a copy under another account is out of their reach."
        ),
        examples=["payments-prod"],
    )


class People(Section):
    """Whom the pages say to call."""

    owner: Text = Field(description="Who answers for the cluster.", examples=["Platform team"])
    deputy: Text | None = Field(
        default=None, description="Who answers when the owner cannot.", examples=["Infrastructure team"]
    )
    escalation: Annotated[tuple[Text, ...], Field(strict=False)] = Field(
        default=(),
        description="Whom to call, in this order, when a step says stop.",
        examples=[["On-call platform +34 000 000 001", "Head of infrastructure"]],
    )
