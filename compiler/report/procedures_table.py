"""The pages of a cluster in a table: what each is for, how long it is, and how much of it a test has run."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from compiler.plan.plan import Plan
from compiler.render.messages import catalog
from compiler.render.test_record import proven
from compiler.runbooks import clock, procedures
from compiler.values import duration


class Row(Struct, frozen=True, kw_only=True):
    """One page. `seconds`: until its last step is done, by the minutes of the steps; `rto`: seconds promised, None where nothing is."""

    name: str
    title: str
    steps: int
    executed: int
    seconds: int
    rto: int | None

    @property
    def data(self) -> dict[str, object]:
        """The row of the JSON document."""
        return {name: getattr(self, name) for name in self.__struct_fields__}


def rows(plan: Plan) -> tuple[Row, ...]:
    """Return a row for each procedure of a cluster."""
    return tuple(
        Row(
            name=one.name,
            title=catalog("en", f"procedures/{one.name}")["title"],
            steps=len(one.steps),
            executed=sum(proven(step.definition, plan.cluster.distribution_name) is not None for step in one.steps),
            seconds=clock.service_back(one, len(plan.topology.members)),
            rto=one.rto,
        )
        for one in procedures(plan)
    )


def lines(cluster: str, found: Sequence[Row]) -> Iterator[str]:
    """Yield the table of a cluster."""
    yield f"{cluster}: {len(found)} pages" if len(found) != 1 else f"{cluster}: 1 page"
    width = max((len(row.name) for row in found), default=0)
    for row in found:
        promised = f" of {duration.words(row.rto)}" if row.rto else ""
        tested = f"{row.executed} of {row.steps} steps run by tests"
        yield f"  {row.name:{width}}  {duration.words(row.seconds)}{promised}, {tested}: {row.title}"
