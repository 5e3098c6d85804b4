"""The steps that run on hosts whose API other machines must not reach."""

from compiler.runbooks.procedure import Procedure


def while_blocked(procedure: Procedure) -> list[str]:
    """The steps in root shells between the one that blocks the API and the one that unblocks it."""
    slugs = [step.slug for step in procedure.steps]
    between = procedure.steps[slugs.index("stop-control-plane") + 1 : slugs.index("unblock-api")]
    return [step.slug for step in between if step.place != "workstation"]
