"""The test record: which runbook steps ran in tests on real systems, by the digest of their shell."""

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any

from msgspec import Struct

from compiler.assets import AssetError, asset_table, asset_text

ANY_DISTRIBUTION = "kubernetes"
"""Steps of the workstation speak to the API only: what ran against a plain API server holds for every distribution."""


class Run(Struct, frozen=True, kw_only=True):
    """One run of a step by a test: `versions` by system, such as {"kubernetes": "1.35.4"}; seconds on the test bed."""

    distribution: str
    digest: str
    versions: tuple[tuple[str, str], ...]
    hosts: int
    seconds: float


@cache
def recorded(slug: str, distribution: str) -> Run | None:
    """Return the last run of a step on a distribution, whatever its shell was then; None where it never ran."""
    try:
        table = asset_table(f"record/steps/{slug}.{distribution}.toml")
    except AssetError:
        return None
    return Run(
        distribution=distribution,
        digest=table["digest"],
        versions=tuple(table["versions"].items()),
        hosts=table["hosts"],
        seconds=table["seconds"],
    )


@cache
def executed(slug: str, distribution: str) -> bool:
    """Return whether a step ran on a distribution with the shell that it has now."""
    run = recorded(slug, distribution)
    return run is not None and run.digest == digest(shell(slug).encode())


@cache
def shell(slug: str) -> str:
    """Return the constant shell of a step: the functions that it shares with others, then its own; an unknown slug raises AssetError."""
    shared = (f"templates/runbooks/functions/{name}.sh" for name in step_table(slug).get("functions", ()))
    return "".join(map(asset_text, (*shared, f"templates/runbooks/steps/{slug}/run.sh")))


@cache
def step_table(slug: str) -> Mapping[str, Any]:
    """Return what `step.toml` says; an unknown slug raises AssetError."""
    return asset_table(f"templates/runbooks/steps/{slug}/step.toml")


def digest(shell: bytes) -> str:
    """Return the digest by which the record knows the shell of a step."""
    return f"sha256:{hashlib.sha256(shell).hexdigest()}"
