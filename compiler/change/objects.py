"""What a change does to objects: which appear, which go, and which fields of the others differ."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from msgspec import Struct

from compiler.kube.manifest import Manifest


class FieldChange(Struct, frozen=True):
    """One field that differs: its path in the object, and its value on both sides (None where it is absent)."""

    path: str
    old: object
    new: object


class ObjectChange(Struct, frozen=True):
    """One object that is added, changed or removed, named as `Kind/namespace/name`."""

    name: str
    action: Literal["add", "change", "remove"]
    fields: tuple[FieldChange, ...]


def object_changes(old: Iterable[Manifest], new: Iterable[Manifest]) -> tuple[ObjectChange, ...]:
    """Return what differs between two outputs, in the order of the new one, removed objects last."""
    before, after = ({one.title: one.body for one in side} for side in (old, new))
    changes = [_compared(title, before.get(title), body) for title, body in after.items()]
    changes += [ObjectChange(title, "remove", ()) for title in before if title not in after]
    return tuple(change for change in changes if change is not None)


def _compared(title: str, old: Mapping[str, object] | None, new: Mapping[str, object]) -> ObjectChange | None:
    if old is None:
        return ObjectChange(title, "add", ())
    fields = tuple(_fields(old, new, ""))
    return ObjectChange(title, "change", fields) if fields else None


def _fields(old: object, new: object, path: str) -> Iterator[FieldChange]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys((*new, *old)):
            yield from _fields(old.get(key), new.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _fields(before, after, f"{path}[{_item(number, after)}]")
    else:
        yield FieldChange(path, old, new)


def _item(number: int, value: object) -> str:
    """Name an item of a list by its name where it has one, as people do."""
    return str(value["name"]) if isinstance(value, Mapping) and "name" in value else str(number)
