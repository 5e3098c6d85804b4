"""A text with slots: what pages of one shape share is made once, and each cluster's values are filled in."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

MARK = "\0"
"""On both sides of the name of a slot; no text of a page has it."""


def slot(name: str) -> str:
    """Return the mark of a value that is filled in later."""
    return f"{MARK}{name}{MARK}"


class Form(Struct, frozen=True):
    """Pieces of text, and between each two of them the name of a slot."""

    pieces: tuple[str, ...]
    slots: tuple[str, ...]

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the text with its values."""
        return "".join(self._parts(values))

    def _parts(self, values: Mapping[str, str]) -> Iterator[str]:
        for piece, name in zip(self.pieces, self.slots, strict=False):
            yield piece
            yield values[name]
        yield self.pieces[-1]


def form(text: str) -> Form:
    """Return a text in which `slot` has left marks."""
    parts = text.split(MARK)
    return Form(tuple(parts[::2]), tuple(parts[1::2]))
