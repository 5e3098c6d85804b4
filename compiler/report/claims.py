"""What a cluster claims and what of it is shown, as the summary of `validate` prints it and as data."""

from collections.abc import Iterator, Sequence

from compiler.proofs.claims import STATUSES, Claim

WORDS = {
    ("stays-up", "control-plane"): "control plane keeps serving after",
    ("stays-up-during-maintenance", "control-plane"): "control plane keeps serving with a host under maintenance after",
    ("comes-back", "control-plane"): "control plane comes back after",
    ("comes-back", "applications"): "applications come back after",
}


def lines(claims: Sequence[Claim]) -> Iterator[str]:
    """Yield the claims of a cluster by their status."""
    for status in STATUSES:
        parts = list(_parts([claim for claim in claims if claim.status == status]))
        if parts:
            yield f"{status.replace('-', ' ') + ':':<11}{'; '.join(parts)}"


def data(claims: Sequence[Claim]) -> list[dict[str, str]]:
    """Return claims as data."""
    return [{"claim": c.kind, "part": c.part, "loss": c.loss, "status": c.status} for c in claims]


def _parts(claims: list[Claim]) -> Iterator[str]:
    for (kind, part), words in WORDS.items():
        losses = [claim.loss for claim in claims if (claim.kind, claim.part) == (kind, part)]
        if losses:
            yield f"{words} {', '.join(losses)}"
