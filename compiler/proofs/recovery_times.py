"""How long the procedures take against the RTO that they are held to."""

from msgspec import Struct

from compiler.facts.procedures import ProcedureName
from compiler.proofs.outcomes import Part


class RecoveryTime(Struct, frozen=True, kw_only=True):
    """One procedure of a cluster. Seconds until the service is back; `stated`: an estimate of the spec, not the sum of the steps."""

    procedure: ProcedureName
    part: Part
    seconds: int
    stated: bool
    rto: int

    @property
    def fits(self) -> bool:
        """Whether the promise can be kept."""
        return self.seconds <= self.rto
