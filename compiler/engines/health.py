"""When the objects of Velero are healthy: they have no conditions, so an engine that is not shown would call them ready at once."""

from collections.abc import Mapping

from msgspec import Struct

from compiler.kube.layer import LayerName

VELERO = "velero.io"


class PhaseHealth(Struct, frozen=True, kw_only=True):
    """A kind whose `status.phase` says how it is. `judged_by`: field of the status without which a bad phase is not a verdict yet."""

    kind: str
    good: str
    bad: str
    judged_by: str | None = None


HEALTH: Mapping[LayerName, tuple[PhaseHealth, ...]] = {
    "backup-applications": (
        PhaseHealth(kind="BackupStorageLocation", good="Available", bad="Unavailable", judged_by="lastValidationTime"),
        PhaseHealth(kind="Schedule", good="Enabled", bad="FailedValidation"),
    )
}
"""The kinds of each layer that engines are shown the health of."""
