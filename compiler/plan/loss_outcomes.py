"""What each promised loss means for the control plane and for the applications, as the pages state it."""

from dataclasses import dataclass

from compiler.model.cluster import Spec
from compiler.model.recording import recorded
from compiler.proofs.copies import shortfalls
from compiler.proofs.coverage import gaps
from compiler.proofs.outcomes import Outcome, outcomes
from compiler.proofs.placement import place
from compiler.values.sources import Sources


@dataclass(frozen=True, slots=True)
class LossOutcomes:
    """Outcomes of the losses that the promise names, in its order, the control plane first."""

    promised: tuple[Outcome, ...]
    sources: Sources

    @property
    def page_sources(self) -> Sources:
        """All that pages state."""
        return self.sources


def loss_outcomes(whole: Spec) -> LossOutcomes:
    """Decide the section."""
    spec, reads = recorded(whole)
    found = outcomes(spec, place(spec), shortfalls(spec), gaps(spec))
    return LossOutcomes(tuple(o for o in found if o.loss in spec.promise.recover), reads.paths())
