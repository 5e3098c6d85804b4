"""A recording view of the spec: it reads like the spec, and every leaf that is reached through it is noted.

A leaf is what is no section and no map of sections: a value, a list, a map of values; also one that is absent or has its
default. What a maker decides from a view therefore carries exactly the key paths that were read.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeVar, cast

from compiler.model.base import Section
from compiler.values.keypath import KeyPath
from compiler.values.sources import Sources

S = TypeVar("S", bound=Section)


class Reads:
    """The leaves that were read through a view, in the order of their first reading."""

    __slots__ = ("_paths",)

    def __init__(self) -> None:
        self._paths: dict[KeyPath, None] = {}

    def paths(self) -> Sources:
        """Return what was read so far."""
        return tuple(self._paths)

    def reached(self, value: object, path: KeyPath) -> Any:
        """Return a view of a section or of a map of sections; note anything else and return it as it is."""
        if isinstance(value, Section):
            return _View(value, path, self)
        if isinstance(value, dict) and value and isinstance(next(iter(value.values())), Section):
            return _Map(value, path, self)
        self._paths[path] = None
        return value


class _View:
    """A section whose fields are recorded as they are read."""

    def __init__(self, section: Section, path: KeyPath, reads: Reads) -> None:
        self._section = section
        self._path = path
        self._reads = reads

    def __getattr__(self, name: str) -> Any:
        """Called once for each field: what it returns is an attribute of the view from then on."""
        section = self._section
        key = _keys(type(section)).get(name)
        if key is None:
            raise AttributeError(f"{type(section).__name__} has no field {name}")
        reached = self._reads.reached(getattr(section, name), (*self._path, key))
        self.__dict__[name] = reached
        return reached


class _Map(Mapping[str, Any]):
    """A map of sections: its names are no leaves, what is below them is."""

    __slots__ = ("_path", "_reads", "_sections", "_views")

    def __init__(self, sections: dict[str, Section], path: KeyPath, reads: Reads) -> None:
        self._sections = sections
        self._path = path
        self._reads = reads
        self._views: dict[str, _View] = {}

    def __getitem__(self, name: str) -> Any:
        view = self._views.get(name)
        if view is None:
            view = self._views[name] = _View(self._sections[name], (*self._path, name), self._reads)
        return view

    def __iter__(self) -> Iterator[str]:
        return iter(self._sections)

    def __len__(self) -> int:
        return len(self._sections)


def recorded(section: S, *path: str) -> tuple[S, Reads]:
    """Return a view of a section at `path`, and what will be read through it.

    The path need not be given for the spec itself, nor for a section that was reached through another view.
    """
    reads = Reads()
    if isinstance(section, _View):
        return cast("S", _View(section._section, section._path, reads)), reads
    return cast("S", _View(section, path or ("spec",), reads)), reads


def path_of(section: Section) -> KeyPath:
    """Return the path of a section that was reached through a view: the source of a decision that only asks whether it exists."""
    return cast("_View", section)._path


@cache
def _keys(section: type[Section]) -> dict[str, str]:
    """Return the fields of a section with their spelling in the spec."""
    return {name: field.alias or name for name, field in section.model_fields.items()}
