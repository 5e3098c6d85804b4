"""Sections of the plan, decided field by field: each from a view of its own of the spec, so it carries what it was decided from."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, ParamSpec, TypeVar, cast

from msgspec import Struct, field

from compiler.model.base import Section
from compiler.model.recording import recorded
from compiler.values.keypath import KeyPath
from compiler.values.sources import Sources

S = TypeVar("S", bound=Section)
T = TypeVar("T")
P = ParamSpec("P")


class Decided(Struct, frozen=True, kw_only=True):
    """A section of the plan, or a part of one. `field_sources`: field to the key paths that it was decided from."""

    field_sources: Mapping[str, Sources] = field(default_factory=dict)


class _Field(NamedTuple):
    value: Any
    sources: Sources


class Decide(Generic[S]):
    """Makes the fields of a section from the spec, or from a section of it that was reached through a view."""

    def __init__(self, stated: S) -> None:
        self._stated = stated
        self._paths: dict[KeyPath, None] = {}

    def __call__(self, decision: Callable[[S], T]) -> T:
        """Decide one field; what is returned is for `decided` alone."""
        view, reads = recorded(self._stated)
        value = decision(view)
        paths = reads.paths()
        self._paths.update(dict.fromkeys(paths))
        return cast("T", _Field(value, paths))

    def paths(self) -> Sources:
        """Return what the fields so far were decided from."""
        return tuple(self._paths)


def decided(kind: Callable[P, T], *_: P.args, **fields: P.kwargs) -> T:
    """Return a section whose fields were made by `Decide`, or need no source."""
    sources = {name: one.sources for name, one in fields.items() if isinstance(one, _Field)}
    values = {name: one.value if isinstance(one, _Field) else one for name, one in fields.items()}
    return cast("Callable[..., T]", kind)(**values, field_sources=sources)
