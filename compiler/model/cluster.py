"""The whole spec: one file per cluster, `clusters/<name>/cluster.yaml`."""

from typing import Annotated, Literal

from pydantic import Field

from compiler.model.access import Access
from compiler.model.backups import Backups, Keys, StorageClass
from compiler.model.base import Section
from compiler.model.consent import Consent
from compiler.model.delivery import Gitops, Monitoring, Waiver
from compiler.model.etcd import Etcd
from compiler.model.locations import Location
from compiler.model.metadata import Metadata
from compiler.model.namespaces import Namespace, Priority
from compiler.model.promise import Distribution, Identity, People, Promise, Recovery, Tier
from compiler.model.scalars import BasePath, Name, ObjectName, ShortName
from compiler.model.topology import ControlPlane, Host, Pool

API_VERSION = "kedge/v1alpha1"
KIND = "ClusterDR"
BASE_KIND = "ClusterDRBase"


class Spec(Section):
    """The cluster's topology, recovery objectives, backups and protection."""

    tier: Tier = Field(
        description=(
            "What the cluster claims to be and is held to: the same finding is an error in production and may be a"
            " warning in a lab."
        ),
        examples=["production"],
    )
    distribution: Distribution = Field(
        description="What the cluster was installed with.", examples=[{"name": "kubeadm", "version": "1.35.4"}]
    )
    identity: Identity = Field(
        description="How to make sure that this is the cluster.",
        examples=[{"endpoint": "https://api.payments-eu.example.net:6443"}],
    )
    people: People = Field(description="Whom to call.", examples=[{"owner": "Platform team"}])
    access: Access = Field(
        default=Access.model_construct(),
        description="How a rescuer reaches the hosts. Default: as root by ssh.",
        examples=[{"ssh": {"user": "rescue"}}],
    )
    promise: Promise = Field(
        default=Promise.model_construct(),
        description="What the cluster promises. Default: nothing, so nothing is proven.",
        examples=[{"stayUp": ["host"]}],
    )
    recovery: Recovery = Field(
        default=Recovery.model_construct(),
        description="What is known about recovering this cluster.",
        examples=[{"minutes": {"etcd-quorum-lost": 45}}],
    )
    hosts: dict[ObjectName, Host] = Field(
        default={},
        description=(
            "Machines by name, equal to their Kubernetes node names. Needed but where all nodes are a provider's: those are"
            " counted in `pools`."
        ),
        examples=[{"cp1": {"address": "10.20.0.11"}}],
    )
    control_plane: ControlPlane | None = Field(
        default=None,
        description="Control-plane hosts. Not for a managed distribution.",
        examples=[{"hosts": ["cp1", "cp2", "cp3"]}],
    )
    etcd: Etcd | None = Field(
        default=None,
        description="etcd. Not for a managed distribution. Default: stacked, sizes not proven.",
        examples=[{"placement": "stacked", "quota": "4Gi"}],
    )
    pools: dict[Name, Pool] = Field(
        default={}, description="Hosts that take workloads, by pool.", examples=[{"workers": {"hosts": ["w1", "w2"]}}]
    )
    storage_classes: dict[ObjectName, StorageClass] = Field(
        default={},
        description="Storage classes that volumes name.",
        examples=[{"ceph-rbd": {"backend": "in-cluster", "snapshots": "csi"}}],
    )
    keys: Keys | None = Field(
        default=None,
        description="To whom snapshots are encrypted. Needed for `backups.etcd`.",
        examples=[{"breakGlass": {"safe-a": {"age": "age1…"}}}],
    )
    locations: dict[ShortName, Location] = Field(
        default={}, description="Buckets by name.", examples=[{"offsite": {"bucket": "payments-eu-dr"}}]
    )
    backups: Backups = Field(
        default=Backups.model_construct(),
        description="What is backed up, when, where to and for how long.",
        examples=[{"etcd": {"schedule": "*/30 * * * *"}}],
    )
    namespaces: dict[Name, Namespace] = Field(
        default={}, description="Namespaces by name.", examples=[{"payments": {"manage": True}}]
    )
    priorities: dict[Name, Priority] = Field(
        default={}, description="Priority classes by name.", examples=[{"critical": {"value": 1000000}}]
    )
    gitops: Gitops | None = Field(
        default=None,
        description="How the output reaches the cluster. Default: the folders are applied by other means.",
        examples=[{"flux": {"url": "https://git.example.net/platform/dr.git"}}],
    )
    monitoring: Monitoring = Field(
        default=Monitoring.model_construct(),
        description="Where alert rules go, and what their links lead to.",
        examples=[{"labels": {"release": "kube-prometheus-stack"}}],
    )
    waivers: Annotated[tuple[Waiver, ...], Field(strict=False)] = Field(
        default=(),
        description="Accepted findings.",
        examples=[[{"rule": "etcd-member-count-fits-tier"}]],
    )
    consents: Annotated[tuple[Consent, ...], Field(strict=False)] = Field(
        default=(),
        description="Objects that data or backups depend on and that a change may remove.",
        examples=[[{"kind": "Namespace", "name": "shop-old"}]],
    )


class ClusterSpec(Section):
    """A spec file merged over its bases."""

    api_version: Literal["kedge/v1alpha1"] = Field(description="Version of the spec's shape.", examples=[API_VERSION])
    kind: Literal["ClusterDR"] = Field(description="ClusterDR; a base is a ClusterDRBase.", examples=[KIND])
    metadata: Metadata = Field(description="Cluster metadata.", examples=[{"name": "payments-eu"}])
    extends: Annotated[tuple[BasePath, ...], Field(strict=False)] = Field(
        default=(),
        description=(
            "Bases of this file, first to last, as paths from this file. Mappings merge key by key,"
            " everything else is replaced, this file wins, null removes."
        ),
        examples=[["../../bases/org.yaml"]],
    )
    spec: Spec = Field(description="The spec itself.", examples=[{"tier": "lab"}])
