"""The part of libyaml's parse events that this package reads."""

from typing import Protocol

from compiler.source.document import Mark


class Event(Protocol):
    """Something that was parsed, with its first character and the one after its last."""

    start_mark: Mark
    end_mark: Mark


class ScalarEvent(Event, Protocol):
    """A scalar; the style is empty for a plain one, else the character that opens it."""

    value: str
    style: str | None


class StartEvent(Event, Protocol):
    """The start of a mapping or list; `flow_style` is true inside brackets."""

    flow_style: bool
