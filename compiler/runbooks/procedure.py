"""A procedure: the steps for one failure scenario, in their order; of the cluster it holds what the order depends on and no values."""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

from msgspec import Struct

from compiler.assets import asset_table
from compiler.runbooks.step import STOP, Phase, Place, Step, definition

MINUTE = 60


class Procedure(NamedTuple):
    """One failure scenario. `name`: of its folder below `templates/runbooks/procedures`; `rto`: seconds promised, None where nothing is.

    `first` are the keys of the safe commands of the first screen, in `procedure.toml`: they change nothing and need no earlier step.
    """

    name: str
    rto: int | None
    first: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def file(self) -> str:
        """Name of the page."""
        return f"{self.name}.md"

    @property
    def first_commands(self) -> str:
        """The safe commands of the first screen."""
        commands = procedure_table(self.name)["first"]
        return "\n".join(commands[key] for key in self.first)


@cache
def procedure_table(name: str) -> Mapping[str, Any]:
    """Return what `procedure.toml` says: `first`, commands by key, and `on_hosts`, whether it has steps on hosts."""
    return asset_table(f"templates/runbooks/procedures/{name}/procedure.toml")


class Use(Struct, frozen=True, kw_only=True):
    """A step where this procedure differs from `step.toml`: in its place, its phase, in minutes that depend on the cluster, or in time.

    `meanwhile`: it is done while the last step waits that is not itself done meanwhile; such a step changes nothing.
    """

    slug: str
    minutes: int | None = None
    place: Place | None = None
    phase: Phase | None = None
    meanwhile: bool = False


Item = str | Use


def when(condition: object, *items: Item) -> tuple[Item, ...]:
    """Return the items where the condition holds, else none."""
    return items if condition else ()


def meanwhile(*slugs: str) -> tuple[Item, ...]:
    """Return steps that are done while the one before them waits."""
    return tuple(Use(slug=slug, meanwhile=True) for slug in slugs)


def minutes(seconds: int) -> int:
    """Return whole minutes, rounded up."""
    return (seconds + MINUTE - 1) // MINUTE


@lru_cache(maxsize=256)
def steps(*items: Item) -> tuple[Step, ...]:
    """Return the steps in this order, each with where it leads when it fails."""
    uses = [Use(slug=item) if isinstance(item, str) else item for item in items]
    present = {use.slug for use in uses}
    return tuple(_step(use, present) for use in uses)


def _step(use: Use, present: set[str]) -> Step:
    step = definition(use.slug)
    return Step(
        slug=use.slug,
        place=use.place or step.place,
        phase=use.phase or step.phase,
        minutes=use.minutes or step.minutes,
        on_failure=next((slug for slug in step.on_failure if slug in present), STOP),
        meanwhile=use.meanwhile,
    )
