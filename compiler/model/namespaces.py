"""Namespaces and priorities: what protects workloads from each other, and which data they hold."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from msgspec import Struct
from pydantic import Field

from compiler.model.base import Section
from compiler.model.checks import MAX_PODS
from compiler.model.scalars import Amount, AnnotationValue, LabelKey, LabelValue, Name, ObjectName, Pods, Text

QuotaKey = Literal[
    "requests.cpu",
    "requests.memory",
    "limits.cpu",
    "limits.memory",
    "requests.storage",
    "requests.ephemeral-storage",
    "limits.ephemeral-storage",
    "persistentvolumeclaims",
    "pods",
    "services",
    "services.loadbalancers",
    "services.nodeports",
    "secrets",
    "configmaps",
    "count/jobs.batch",
    "count/cronjobs.batch",
    "count/deployments.apps",
    "count/statefulsets.apps",
]
Resource = Literal["cpu", "memory", "ephemeral-storage"]
Side = Literal["requests", "limits"]


class QuotaKind(Struct, frozen=True):
    """What a quota key limits: requests or limits of a resource, or, without a side, a number of objects."""

    resource: Resource | Literal["storage"] | None = None
    side: Side | None = None

    @property
    def counts_objects(self) -> bool:
        """Whether the value is a number of objects, which has no fraction."""
        return self.side is None

    @property
    def is_compute(self) -> bool:
        """Whether admission demands the value of every container; other keys are only counted."""
        return self.resource in ("cpu", "memory")


_COUNT = QuotaKind()
QUOTA_KEYS: Mapping[QuotaKey, QuotaKind] = MappingProxyType(
    {
        "requests.cpu": QuotaKind("cpu", "requests"),
        "requests.memory": QuotaKind("memory", "requests"),
        "limits.cpu": QuotaKind("cpu", "limits"),
        "limits.memory": QuotaKind("memory", "limits"),
        "requests.storage": QuotaKind("storage", "requests"),
        "requests.ephemeral-storage": QuotaKind("ephemeral-storage", "requests"),
        "limits.ephemeral-storage": QuotaKind("ephemeral-storage", "limits"),
        "persistentvolumeclaims": _COUNT,
        "pods": _COUNT,
        "services": _COUNT,
        "services.loadbalancers": _COUNT,
        "services.nodeports": _COUNT,
        "secrets": _COUNT,
        "configmaps": _COUNT,
        "count/jobs.batch": _COUNT,
        "count/cronjobs.batch": _COUNT,
        "count/deployments.apps": _COUNT,
        "count/statefulsets.apps": _COUNT,
    }
)
"""The quota keys that kedge knows; a test compares it with QuotaKey."""
Level = Literal["privileged", "baseline", "restricted"]
Resources = dict[Resource, Amount]


class ContainerLimits(Section):
    """A LimitRange for containers: defaults for a container that states nothing, and bounds for what it may state."""

    default: Resources = Field(
        default={}, description="Limits of a container that states none.", examples=[{"memory": "512Mi"}]
    )
    default_request: Resources = Field(
        default={},
        description="Requests of a container that states none.",
        examples=[{"cpu": "100m", "memory": "256Mi"}],
    )
    max: Resources = Field(
        default={}, description="Largest limits that a container may state.", examples=[{"memory": "4Gi"}]
    )
    min: Resources = Field(
        default={}, description="Smallest requests that a container may state.", examples=[{"cpu": "10m"}]
    )


class DisruptionBudget(Section):
    """A PodDisruptionBudget: how many pods a drain may take at once. Exactly one of the two numbers."""

    min_available: Pods | None = Field(
        default=None,
        description=(
            "Pods that must stay available, a number or a percentage (rounded up). With all of them, a drain never completes."
        ),
        examples=[2, "50%"],
    )
    max_unavailable: Pods | None = Field(
        default=None,
        description="Pods that may be unavailable, a number or a percentage (rounded up). With 0, a drain never completes.",
        examples=[1, "25%"],
    )
    unhealthy_pods: Literal["IfHealthyBudget", "AlwaysAllow"] = Field(
        default="AlwaysAllow",
        description=(
            "`unhealthyPodEvictionPolicy`. AlwaysAllow lets a drain take pods that never became ready; IfHealthyBudget"
            " keeps them, as quorum systems want. Default AlwaysAllow."
        ),
        examples=["AlwaysAllow"],
    )


class Volume(Section):
    """A volume of each replica that holds data."""

    storage_class: ObjectName = Field(description="Its storage class, one of `storageClasses`.", examples=["ceph-rbd"])
    size: Amount | None = Field(
        default=None, description="Its size in bytes. Restores need as much space again.", examples=["20Gi"]
    )


class Workload(Section):
    """A workload of the namespace. kedge does not deploy it; it protects it and proves over it."""

    kind: Literal["Deployment", "StatefulSet", "DaemonSet"] = Field(
        default="Deployment", description="Its kind. Default Deployment.", examples=["StatefulSet"]
    )
    replicas: Annotated[int, Field(ge=0, le=MAX_PODS)] = Field(
        default=1,
        description="Pods at the least, the autoscaler's minimum where there is one. Default 1.",
        examples=[3],
    )
    labels: Annotated[dict[LabelKey, LabelValue], Field(min_length=1)] = Field(
        description="Labels of its pods; the disruption budget selects by them.",
        examples=[{"app.kubernetes.io/name": "ledger"}],
    )
    requests: Resources = Field(
        default={}, description="Requests of one pod.", examples=[{"cpu": "500m", "memory": "1Gi"}]
    )
    priority: Name | None = Field(
        default=None, description="Its priority class, one of `priorities` or a system class.", examples=["critical"]
    )
    disruption_budget: DisruptionBudget | None = Field(
        default=None, description="How many of its pods a drain may take.", examples=[{"maxUnavailable": 1}]
    )
    volumes: dict[Name, Volume] = Field(
        default={},
        description="Volumes with data, by name. A workload with a volume is stateful.",
        examples=[{"data": {"storageClass": "ceph-rbd", "size": "20Gi"}}],
    )
    data: Literal["velero", "application", "rebuilt"] = Field(
        default="velero",
        description=(
            "What brings its data back. `velero`: an entry of `backups.applications`. `application`: the application's"
            " own tool, which kedge names and does not prove. `rebuilt`: it can be rebuilt from elsewhere. Default"
            " velero."
        ),
        examples=["velero"],
    )


class Namespace(Section):
    """A namespace that kedge manages, or observes and proves over."""

    manage: bool = Field(
        default=True,
        description=(
            "Whether kedge emits the Namespace and what protects it. `false`: observed, proved over, nothing emitted."
            " Default true."
        ),
        examples=[True],
    )
    pod_security: Level = Field(
        default="restricted",
        description="Pod Security level that is enforced, warned and audited. Default restricted.",
        examples=["restricted"],
    )
    labels: dict[LabelKey, LabelValue] = Field(
        default={},
        description=(
            "Labels of the Namespace beside those of kedge; they win over kedge's own `app.kubernetes.io/` ones. What others"
            " set on the live object stays: state here only what this file shall own."
        ),
        examples=[{"team": "payments"}],
    )
    annotations: dict[LabelKey, AnnotationValue] = Field(
        default={},
        description="Annotations of the Namespace. What others set on the live object stays.",
        examples=[{"linkerd.io/inject": "enabled"}],
    )
    quota: dict[QuotaKey, Amount] = Field(
        default={},
        description="ResourceQuota, with Kubernetes' own keys. A runaway tenant stops here instead of at the nodes.",
        examples=[{"requests.cpu": 4, "pods": 50}],
    )
    limits: ContainerLimits | None = Field(
        default=None,
        description=(
            "LimitRange for containers. A quota on requests or limits refuses pods that state none, unless this gives"
            " them."
        ),
        examples=[{"default": {"memory": "512Mi"}}],
    )
    workloads: dict[Name, Workload] = Field(
        default={}, description="Workloads by name.", examples=[{"ledger": {"kind": "StatefulSet", "replicas": 3}}]
    )


class Priority(Section):
    """A PriorityClass."""

    value: Annotated[int, Field(ge=-2147483648, le=1000000000)] = Field(
        description="Higher goes first and may evict lower. At most 1000000000. It can never be changed once applied.",
        examples=[1000000],
    )
    global_default: bool = Field(
        default=False,
        description="Whether pods without a class get this one. At most one class. Default false.",
        examples=[False],
    )
    preemption: Literal["PreemptLowerPriority", "Never"] = Field(
        default="PreemptLowerPriority",
        description="Whether its pods may evict others. Default PreemptLowerPriority.",
        examples=["Never"],
    )
    description: Text | None = Field(default=None, description="For whom it is meant.", examples=["Payment path"])
