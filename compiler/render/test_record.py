"""The test record: which steps ran in tests on real systems, by the digest of their shell."""

import tomllib
from dataclasses import dataclass
from functools import cache

from compiler.assets import AssetError, asset
from compiler.distributions.registry import NAMES
from compiler.runbooks.step import StepDefinition

ANY_DISTRIBUTION = "kubernetes"
"""Steps of the workstation speak to the API only: what ran against a plain API server holds for every distribution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a step by a test: `versions` by system, such as {"kubernetes": "1.35.4"}; seconds on the test bed."""

    distribution: str
    digest: str
    versions: tuple[tuple[str, str], ...]
    hosts: int
    seconds: float


def recorded_runs(step: StepDefinition) -> tuple[Run, ...]:
    """Return every run of a step whose shell has not changed since, by the distributions that there are and the API alone."""
    found = (_run(step.slug, name) for name in (ANY_DISTRIBUTION, *NAMES))
    return tuple(run for run in found if run and run.digest == step.digest)


def proven(step: StepDefinition, distribution: str) -> Run | None:
    """Return the run that a page may claim for a step: of the same shell, on this distribution or on the API alone."""
    names = (distribution, ANY_DISTRIBUTION) if step.place == "workstation" else (distribution,)
    return next((run for name in names if (run := _run(step.slug, name)) and run.digest == step.digest), None)


@cache
def _run(slug: str, distribution: str) -> Run | None:
    try:
        file = asset(f"record/steps/{slug}.{distribution}.toml")
    except AssetError:
        return None
    table = tomllib.loads(file.read_text("utf-8"))
    return Run(
        distribution=distribution,
        digest=table["digest"],
        versions=tuple(table["versions"].items()),
        hosts=table["hosts"],
        seconds=table["seconds"],
    )
