"""The page of what groups of real tests did and measured, from their rows of the test record."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from textwrap import fill
from typing import Any

SYSTEMS = {
    "argo-cd": "Argo CD",
    "etcd": "etcd",
    "flux": "Flux controllers",
    "kubernetes": "Kubernetes",
    "velero": "Velero",
}
MEASURED = {
    "delivered": "delivery objects applied, until every layer is Synced and Healthy, or Ready",
    "removed": "a commit without an object, until the object is gone",
}
ENGINES = ("Argo CD", "Flux")
WIDTH = 135


def page(record: Path) -> Iterator[str]:
    """Yield the page of a test record."""
    rows = {file.stem: tomllib.loads(file.read_text("utf-8")) for file in sorted((record / "groups").glob("*.toml"))}
    yield "# What groups of real tests did"
    yield fill(
        "Each group (`make test-real-all ONLY=GROUP`) leaves this when all of its tests pass. Cases are what the tests put before the real"
        " system; seconds are those of the test bed, two cores that other work shares, and say nothing of a cluster.",
        WIDTH,
    )
    yield "\n".join(
        ("| group | against | tests | cases | seconds |", "|---|---|---|---|---|", *map(_group, rows, rows.values()))
    )
    if "engines" in rows:
        yield from _engines(rows["engines"])


def _group(name: str, row: Mapping[str, Any]) -> str:
    cases = ", ".join(f"{kind} {count}" for kind, count in row.get("cases", {}).items())
    return f"| `{name}` | {_versions(row)} | {row['tests']} | {cases or 'times, see below'} | {row['seconds']} |"


def _engines(row: Mapping[str, Any]) -> Iterator[str]:
    runs = {len(times) for times in row["times"].values()}
    yield "## Argo CD and Flux side by side"
    yield fill(
        f"The same objects of the example sevilla-edge in an empty cluster, {min(runs)} runs each, with the settings of the releases:"
        " Flux looks only every 30 seconds whether the layer that another one depends on is ready, Argo CD goes on at once. After a"
        " commit both are asked to look, as a webhook does; without one it takes up to their interval longer."
        f" Against {_versions(row)}. Median, shortest and longest in seconds:",
        WIDTH,
    )
    head = [f"| | {' | '.join(ENGINES)} |", "|---|---|---|"]
    yield "\n".join(
        (
            *head,
            *(f"| {text} | {' | '.join(_times(row, e, what) for e in ENGINES)} |" for what, text in MEASURED.items()),
        )
    )


def _times(row: Mapping[str, Any], engine: str, what: str) -> str:
    times = row["times"][f"{engine}, {what}"]
    return f"{median(times)} ({min(times)} to {max(times)})"


def _versions(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{SYSTEMS[system]} {version}" for system, version in row["versions"].items())
