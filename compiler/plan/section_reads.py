"""A plan that records which of its sections were read, for what is made from several: a page carries the key paths of those alone."""

from typing import cast

from compiler.plan.plan import Plan
from compiler.values.sources import Sources, merged


class SectionReads:
    """Reads like the plan that it wraps."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._names: dict[str, None] = {}

    def __getattr__(self, name: str) -> object:
        self._names[name] = None
        return getattr(self._plan, name)

    def sources(self) -> Sources:
        """Return the key paths that the sections read so far were decided from, as pages state them."""
        return merged(*(self._plan.page_sources(name) for name in self._names))


def recorded(plan: Plan) -> tuple[Plan, SectionReads]:
    """Return a view of a plan, and what will be read through it."""
    reads = SectionReads(plan)
    return cast("Plan", reads), reads
