"""The summary of `validate`: of each cluster its topology, what it claims and what of that is shown."""

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct

from compiler.proofs.claims import STATUSES, Claim
from compiler.proofs.standing import ROWS, Standing
from compiler.report import claims, standing
from compiler.report.text import LISTED


class Summed(Struct, frozen=True):
    """One cluster; no topology where the provider runs the control plane or the spec is not sound."""

    name: str
    tier: str
    standing: Standing | None
    claims: tuple[Claim, ...]


def lines(clusters: Sequence[Summed]) -> Iterator[str]:
    """Yield what is said of each cluster, or the numbers where there are many clusters."""
    if len(clusters) > LISTED:
        yield from _counted(clusters)
        return
    for one in clusters:
        said = [*(standing.lines(one.standing) if one.standing else ()), *claims.lines(one.claims)]
        if said:
            yield f"{one.name}, tier {one.tier}"
            yield from (f"  {line}" for line in said)


def _counted(clusters: Sequence[Summed]) -> Iterator[str]:
    rows = Counter(one.standing.row for one in clusters if one.standing)
    if rows:
        yield "topology: " + "; ".join(f"{rows[row]} {standing.NAMES[row]}" for row in ROWS if rows[row])
    every = [claim for one in clusters for claim in one.claims]
    yield "claims: " + ", ".join(f"{sum(c.status == s for c in every)} {s.replace('-', ' ')}" for s in STATUSES)
