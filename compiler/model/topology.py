"""Hosts, the control plane and the pools: where each host is, and which hosts can be lost together."""

from typing import Annotated, Literal, get_args

from pydantic import Field

from compiler.model.base import Section
from compiler.model.scalars import Address, Amount, Name, NameOrNames, ObjectName

DomainKind = Literal["host", "hypervisor", "rack", "feed", "zone", "site"]
"""What can be lost at once. Kinds cross each other: a rack may hang on two feeds, a hypervisor carries many hosts."""

DOMAIN_KINDS: tuple[DomainKind, ...] = get_args(DomainKind)

Names = Annotated[tuple[Name, ...], Field(strict=False)]
HostNames = Annotated[tuple[ObjectName, ...], Field(strict=False)]


class Disk(Section):
    """The storage under a host's system and, where it has a member, under etcd's data."""

    mirror: bool = Field(
        default=False,
        description=(
            "Whether the data survives the loss of one disk: RAID 1, 5, 6 or 10, or a mirrored volume of the hypervisor. Default false."
        ),
        examples=[True],
    )


class Host(Section):
    """One machine, physical or virtual, and the failure domains that it belongs to."""

    address: Address = Field(
        description=(
            "The address that other hosts and the runbook's commands use. An etcd member of this host is reached here"
            " when names no longer resolve."
        ),
        examples=["10.20.0.11"],
    )
    cpu: Amount | None = Field(
        default=None,
        description=(
            "Cores of the host. Without it capacity is not proven. After a loss the rest must carry the requests."
        ),
        examples=[8],
    )
    memory: Amount | None = Field(
        default=None,
        description=(
            "Memory of the host in bytes. Without it capacity is not proven. After a loss the rest must carry the"
            " requests."
        ),
        examples=["32Gi"],
    )
    site: Name | None = Field(
        default=None,
        description=(
            "Building or data centre. Fire, flood and the loss of all uplinks take a site as a whole; a copy on the"
            " same site is lost with it."
        ),
        examples=["madrid"],
    )
    zone: Name | None = Field(
        default=None,
        description="Availability zone of a provider. Lost as a whole when the provider loses it.",
        examples=["eu-south-2a"],
    )
    rack: Name | None = Field(
        default=None,
        description="Rack. Its switch and its power bars are lost with everything in it.",
        examples=["a1"],
    )
    feed: NameOrNames | None = Field(
        default=None,
        description=(
            "Power feed, or a list of feeds for a host with two power supplies. A host is down only when all its feeds"
            " are."
        ),
        examples=["feed-a", ["feed-a", "feed-b"]],
    )
    hypervisor: Name | None = Field(
        default=None,
        description="Physical machine that carries this virtual one. Its loss takes all its guests.",
        examples=["hv1"],
    )
    disk: Disk = Field(
        default=Disk.model_construct(),
        description="The storage of the host. Default: one disk.",
        examples=[{"mirror": True}],
    )


class Endpoint(Section):
    """The address under which clients find the API."""

    vip: Address | None = Field(
        default=None,
        description=(
            "Virtual address of the API. Without it the name in `identity.endpoint` must lead to a running host."
        ),
        examples=["10.20.0.10"],
    )
    hosts: HostNames = Field(
        description=(
            "Hosts that can hold the endpoint. When all of them are lost, the API is gone although etcd may still run."
        ),
        examples=[["cp1", "cp2", "cp3"]],
    )


class ControlPlane(Section):
    """The hosts that run the API server, the controller manager and the scheduler."""

    hosts: HostNames = Field(
        min_length=1,
        description="Control-plane hosts. With stacked etcd each of them carries one member.",
        examples=[["cp1", "cp2", "cp3"]],
    )
    instances: Annotated[int, Field(ge=1, le=7)] = Field(
        default=1,
        description=(
            "How many of each component, with stacked etcd also members, run on each host as static pods. More than one is judged and"
            " not compiled: no page or job of kedge knows a second member on a host. Default 1."
        ),
        examples=[1],
    )
    endpoint: Endpoint | None = Field(
        default=None,
        description=(
            "Where the API answers. Default: every control-plane host answers for itself, which the name in"
            " `identity.endpoint` must follow."
        ),
        examples=[{"vip": "10.20.0.10", "hosts": ["cp1", "cp2", "cp3"]}],
    )


class Reserved(Section):
    """What each host reserves for itself: kubelet, runtime, system daemons."""

    cpu: Amount | None = Field(default=None, description="Cores kept back on each host. Default 0.", examples=[1])
    memory: Amount | None = Field(
        default=None, description="Memory kept back on each host. Default 0.", examples=["4Gi"]
    )


class Pool(Section):
    """Machines that take workloads: hosts by name, or a count of nodes that a provider names and replaces."""

    hosts: HostNames = Field(
        default=(),
        description="Hosts of the pool. Their capacity less the reserve is what quotas are held against.",
        examples=[["w1", "w2", "w3"]],
    )
    count: Annotated[int, Field(ge=1, le=10000)] | None = Field(
        default=None,
        description=(
            "Nodes of the pool at the least, in place of `hosts`, where they have no names of their own: the minimum of a"
            " provider's node group."
        ),
        examples=[6],
    )
    cpu: Amount | None = Field(default=None, description="Cores of each of the `count` nodes.", examples=[8])
    memory: Amount | None = Field(
        default=None, description="Memory of each of the `count` nodes, in bytes.", examples=["32Gi"]
    )
    site: Name | None = Field(
        default=None,
        description="Site of the `count` nodes: the region of a provider. A copy on the same site is lost with it.",
        examples=["eu-south-2"],
    )
    zones: Names = Field(
        default=(),
        description="Availability zones that the `count` nodes are spread over evenly.",
        examples=[["eu-south-2a", "eu-south-2b", "eu-south-2c"]],
    )
    reserved: Reserved = Field(
        default=Reserved.model_construct(),
        description=(
            "Kept back on each host of the pool. Without a reserve a full node starves its kubelet first. Default:"
            " nothing."
        ),
        examples=[{"cpu": 1, "memory": "4Gi"}],
    )
