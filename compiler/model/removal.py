"""The record of a cluster that is gone: its file says only when, why and who approved it."""

from typing import Literal

from pydantic import Field

from compiler.model.base import Section
from compiler.model.metadata import Metadata
from compiler.model.scalars import Date, Text


class Removal(Section):
    """The end of a cluster. Its next `compile` removes the output; the file stays as the record."""

    date: Date = Field(description="Day on which the cluster was given up.", examples=["2026-11-20"])
    reason: Text = Field(description="Why it was given up.", examples=["Moved to payments-eu2"])
    approver: Text = Field(description="Who approved it.", examples=["Head of infrastructure"])


class RemovedCluster(Section):
    """The whole file of a removed cluster."""

    api_version: Literal["kedge/v1alpha1"] = Field(description="Version of the spec's shape.")
    kind: Literal["ClusterDR"] = Field(description="ClusterDR.")
    metadata: Metadata = Field(description="Cluster metadata.", examples=[{"name": "payments-eu"}])
    removed: Removal = Field(
        description="The cluster is gone, and this file is the record of it: no `spec` and no `extends` beside it.",
        examples=[{"date": "2026-11-20"}],
    )
