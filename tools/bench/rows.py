"""What was measured: one row for each size, the ratios in it, and the sentences on whether the aims hold."""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field

from tools.bench.process import Cost

HEAD = f"{'clusters':>8} {'kedge':>10} {'floor':>10} {'peer':>10} {'kedge/floor':>12} {'kedge/peer':>11} {'peak':>10}"
FOOT = "CPU time per cluster, start of the process included; peak memory of kedge"


@dataclass(frozen=True, slots=True)
class Row:
    """The costs of one size of fleet, one of each per turn."""

    size: int
    kedge: list[Cost] = field(default_factory=list)
    floor: list[Cost] = field(default_factory=list)
    peer: list[Cost] = field(default_factory=list)

    @property
    def each(self) -> float:
        """Return kedge's CPU milliseconds per cluster."""
        return _cpu(self.kedge) / self.size

    @property
    def peak(self) -> float:
        """Return kedge's peak memory in MiB."""
        return statistics.median(cost.peak for cost in self.kedge)

    def line(self) -> str:
        """Return the row of the table."""
        times = " ".join(f"{_cpu(costs) / self.size:7.1f} ms" for costs in (self.kedge, self.floor, self.peer))
        ratios = f"{_ratio(self.kedge, self.floor):12.2f} {_ratio(self.kedge, self.peer):11.2f}"
        return f"{self.size:>8} {times} {ratios} {self.peak:6.1f} MiB"


def aims(rows: list[Row], cold: dict[str, float]) -> Iterator[str]:
    """Yield a sentence for each aim that these sizes can show; the aims are those of DESIGN.md, Speed.

    `cold` are the CPU milliseconds of whole processes, by command.
    """
    yield aim("the help", cold["--help"], 120, "ms")
    sizes = {row.size: row for row in rows}
    if 1 in sizes:
        yield aim("one cluster, cold", sizes[1].each, 300, "ms")
    if 1000 in sizes:
        yield aim("the whole job at 1000 clusters", sizes[1000].each, 8, "ms a cluster", stretch=5)
        if 10 in sizes:
            growth = (sizes[1000].peak / sizes[10].peak - 1) * 100
            yield aim("growth of memory from 10 to 1000 clusters", growth, 10, "%")


def aim(what: str, value: float, most: float, unit: str, stretch: float | None = None) -> str:
    """Return the sentence on one aim."""
    digits = 2 if unit == "times" else 1
    verdict = "holds" if value <= most else "DOES NOT HOLD"
    more = f", stretch {stretch:g}: {'reached' if value <= stretch else 'not reached'}" if stretch else ""
    return f"{what}: {value:.{digits}f} {unit}, aim {most:g}: {verdict}{more}"


def _cpu(costs: list[Cost]) -> float:
    return statistics.median(cost.cpu for cost in costs)


def _ratio(mine: list[Cost], others: list[Cost]) -> float:
    """Return the median of the ratios, turn by turn."""
    return statistics.median(one.cpu / other.cpu for one, other in zip(mine, others, strict=True))
