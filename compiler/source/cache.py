"""Bases parsed once while many clusters extend them."""

from compiler.source.document import Document
from compiler.source.fault import Unreadable
from compiler.source.limits import CACHED_BASES
from compiler.source.reader import read


class BaseCache:
    """Documents by path and content, at most `size`: the oldest one leaves. One per process, passed in."""

    def __init__(self, size: int = CACHED_BASES) -> None:
        self._size = size
        self._read: dict[tuple[str, bytes], Document | Unreadable] = {}

    def read(self, file: str, data: bytes) -> Document | Unreadable:
        """Return what the reader says of this file with this content."""
        key = (file, data)
        document = self._read.get(key)
        if document is None:
            document = self._read[key] = read(file, data)
            if len(self._read) > self._size:
                oldest = next(iter(self._read))
                del self._read[oldest]
        return document
