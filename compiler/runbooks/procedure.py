"""A procedure: the steps for one failure scenario of one cluster, in their order."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from compiler.assets import asset
from compiler.plan.plan import Plan
from compiler.plan.stores import Store
from compiler.runbooks.block import Value, pasted
from compiler.runbooks.step import STOP, Block, Place, Step, StepDefinition, definition
from compiler.runbooks.variables import STORE_VARIABLES, VARIABLES

MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
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
        commands = _first_commands(self.name)
        return "\n".join(commands[key] for key in self.first)


@cache
def _first_commands(name: str) -> Mapping[str, str]:
    file = asset(f"templates/runbooks/procedures/{name}/procedure.toml")
    commands: Mapping[str, str] = tomllib.loads(file.read_text("utf-8"))["first"]
    return commands


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A step where this procedure differs from `step.toml`: in its place, or in minutes that depend on the cluster."""

    slug: str
    minutes: int | None = None
    place: Place | None = None


Item = str | Use


def when(condition: object, *items: Item) -> tuple[Item, ...]:
    """Return the items where the condition holds, else none."""
    return items if condition else ()


def minutes(seconds: int) -> int:
    """Return whole minutes, rounded up."""
    return (seconds + MINUTE - 1) // MINUTE


def steps(plan: Plan, *items: Item) -> tuple[Step, ...]:
    """Return the steps of a cluster in this order, each with its blocks and with where it leads when it fails."""
    uses = [Use(slug=item) if isinstance(item, str) else item for item in items]
    present = {use.slug for use in uses}
    return tuple(_step(plan, use, definition(use.slug), present) for use in uses)


def _step(plan: Plan, use: Use, step: StepDefinition, present: set[str]) -> Step:
    place = use.place or step.place
    return Step(
        definition=step,
        place=place,
        minutes=use.minutes or step.minutes,
        on_failure=next((slug for slug in step.on_failure if slug in present), STOP),
        hosts=() if place in ("workstation", "replacement") else tuple(member.name for member in plan.topology.members),
        blocks=tuple(_blocks(plan, step)),
    )


def _blocks(plan: Plan, step: StepDefinition) -> Iterator[Block]:
    values = {name: VARIABLES[name](plan) for name in step.variables if name in VARIABLES}
    if not step.per_store:
        yield Block("", pasted(step, plan.cluster.name, values))
        return
    for store in plan.etcd_backup.stores if plan.etcd_backup else ():
        yield Block(_label(store), pasted(step, plan.cluster.name, values | _of_store(step, store)))


def _of_store(step: StepDefinition, store: Store) -> dict[str, Value]:
    return {name: STORE_VARIABLES[name](store) for name in step.variables if name in STORE_VARIABLES}


def _label(store: Store) -> str:
    return f"{store.name} ({store.site})" if store.site else store.name
