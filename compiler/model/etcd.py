"""etcd: where its members run and how large they may grow."""

from typing import Literal

from pydantic import Field

from compiler.model.base import Section
from compiler.model.scalars import Amount
from compiler.model.topology import HostNames


class Etcd(Section):
    """The cluster's datastore. When its quorum is lost the cluster is lost; when its data is lost only a snapshot brings it back."""

    placement: Literal["stacked", "external"] = Field(
        default="stacked",
        description=(
            "`stacked`: one member on each control-plane host. `external`: the members run on `hosts`. Default stacked."
        ),
        examples=["stacked"],
    )
    hosts: HostNames | None = Field(
        default=None,
        description=(
            "Hosts of the members, for external placement only; with stacked placement they are the control-plane"
            " hosts."
        ),
        examples=[["etcd1", "etcd2", "etcd3"]],
    )
    memory: Amount | None = Field(
        default=None,
        description=(
            "Memory that one member may use, in bytes. Less than the quota and the database no longer fits. Without it"
            " the size is not proven."
        ),
        examples=["8Gi"],
    )
    disk: Amount | None = Field(
        default=None,
        description=(
            "Disk of one member's data directory, in bytes. A full disk stops the member. Without it the size is not"
            " proven."
        ),
        examples=["50Gi"],
    )
    quota: Amount | None = Field(
        default=None,
        description=(
            "`--quota-backend-bytes` of the members. At the quota the cluster takes no more writes. Default: etcd's"
            " own, 2Gi."
        ),
        examples=["4Gi"],
    )
    expected_data: Amount | None = Field(
        default=None,
        description=(
            "Size that the database is expected to reach, in bytes. The quota must be larger. Without it the"
            " headroom is not proven."
        ),
        examples=["600Mi"],
    )
