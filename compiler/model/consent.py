"""Consent to a change that destroys: which object may go, who approved it, and until when."""

from pydantic import Field

from compiler.model.base import Section
from compiler.model.scalars import Date, KindName, Name, ObjectPath, Text


class Consent(Section):
    """One object that the next change may remove although data or backups depend on it."""

    kind: KindName = Field(
        description="Kind of the object, `layer`, `File`, or `copies` for backups that stay in a place which is no longer written to.",
        examples=["Namespace"],
    )
    namespace: Name | None = Field(
        default=None, description="Namespace of the object. Default: none, as for a Namespace.", examples=["velero"]
    )
    name: ObjectPath = Field(
        description="Name of the object, folder of the layer, path of the file, or place that is left, as the refusal prints it.",
        examples=["shop-old"],
    )
    reason: Text = Field(description="Why it may go.", examples=["The shop moved to another cluster"])
    approver: Text = Field(description="Who approved it.", examples=["Head of infrastructure"])
    expires: Date = Field(
        description="Last day, at most 14 days ahead. After it the entry is ignored.", examples=["2026-12-01"]
    )
