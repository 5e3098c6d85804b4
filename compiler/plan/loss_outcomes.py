"""What each promised loss means for the control plane and for the applications, as the pages state it."""

from msgspec import Struct

from compiler.model.cluster import Spec
from compiler.proofs.outcomes import Outcome
from compiler.proofs.proofs import Proofs
from compiler.values.sources import Sources


class LossOutcomes(Struct, frozen=True):
    """Outcomes of the losses that the promise names, in its order, the control plane first."""

    promised: tuple[Outcome, ...]
    sources: Sources

    @property
    def page_sources(self) -> Sources:
        """All that pages state."""
        return self.sources


def loss_outcomes(spec: Spec, proofs: Proofs) -> LossOutcomes:
    """Decide the section."""
    promised = tuple(outcome for outcome in proofs.outcomes if outcome.loss in spec.promise.recover)
    return LossOutcomes(promised, proofs.outcome_sources)
