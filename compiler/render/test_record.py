"""Which runs of a step a page may claim."""

from compiler.distributions.registry import NAMES
from compiler.facts.test_record import ANY_DISTRIBUTION, Run, recorded
from compiler.runbooks.step import StepDefinition


def recorded_runs(step: StepDefinition) -> tuple[Run, ...]:
    """Return every run of a step whose shell has not changed since, by the distributions that there are and the API alone."""
    found = (recorded(step.slug, name) for name in (ANY_DISTRIBUTION, *NAMES))
    return tuple(run for run in found if run and run.digest == step.digest)


def proven(step: StepDefinition, distribution: str) -> Run | None:
    """Return the run that a page may claim for a step: of the same shell, on this distribution or on the API alone."""
    names = (distribution, ANY_DISTRIBUTION) if step.place == "workstation" else (distribution,)
    return next((run for name in names if (run := recorded(step.slug, name)) and run.digest == step.digest), None)
