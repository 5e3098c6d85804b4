"""A plan that records what is read of it, field by field: what is made from several sections carries the key paths of those alone."""

from typing import TYPE_CHECKING, Any, cast

from compiler.model.decided import Decided
from compiler.plan.plan import ABSENT, Plan
from compiler.values.sources import Sources

SourceSet = tuple[Sources, ...]
"""The sources of several fields; they are merged once, for a whole page."""


class SectionReads:
    """What the fields read so far were decided from."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: dict[int, Sources] = {}

    def sources(self) -> SourceSet:
        """Return it, each field once."""
        return tuple(self._found.values())

    def field(self, section: Decided, name: str) -> Any:
        """Return a field; one that is a section or a tuple of them records in its turn."""
        value = getattr(section, name)
        self._note(section.field_sources.get(name))
        if not value and isinstance(section, Plan):
            self._note(ABSENT.get(name))
        return tuple(map(self._reached, value)) if isinstance(value, tuple) else self._reached(value)

    def _reached(self, value: Any) -> Any:
        if isinstance(value, Decided):
            self._note(getattr(value, "exists", None))
            return _View(value, self)
        self._note(getattr(value, "page_sources", None))
        return value

    def _note(self, sources: Sources | None) -> None:
        if sources:
            self._found[id(sources)] = sources


class _View:
    """Reads like the section that it wraps, and `isinstance` takes it for one; what its properties and methods read is recorded too."""

    def __init__(self, section: Decided, reads: SectionReads) -> None:
        self._section = section
        self._reads = reads

    if not TYPE_CHECKING:

        @property
        def __class__(self) -> type:
            return type(self._section)

    def __getattr__(self, name: str) -> Any:
        # Kept in the object's own dictionary, which Python looks into first: a second read has nothing to record.
        found = self.__dict__[name] = self._found(name)
        return found

    def _found(self, name: str) -> Any:
        section = self._section
        if name in section.__struct_fields__:
            return self._reads.field(section, name)
        member = getattr(type(section), name)
        if isinstance(member, property):
            return cast("Any", member.fget)(self)
        return member.__get__(self) if callable(member) else member


def recorded(plan: Plan) -> tuple[Plan, SectionReads]:
    """Return a view of a plan, and what will be read through it."""
    reads = SectionReads()
    return cast("Plan", _View(plan, reads)), reads
