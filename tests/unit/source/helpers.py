"""Short ways to read text and to look at the faults."""

from compiler.source.document import Document, Tree
from compiler.source.fault import Fault, Unreadable
from compiler.source.reader import read


def sound(text: str) -> Document:
    result = read("a.yaml", text.encode())
    assert isinstance(result, Document), result
    return result


def tree(text: str) -> Tree:
    return sound(text).tree


def faults(data: str | bytes) -> tuple[Fault, ...]:
    result = read("a.yaml", data if isinstance(data, bytes) else data.encode())
    assert isinstance(result, Unreadable), result
    return result.faults


def only(data: str | bytes) -> tuple[str, int, int]:
    """The one fault as code, line and column."""
    (fault,) = faults(data)
    assert fault.message.endswith(".") and fault.fix.endswith(".") and fault.meaning.endswith(".")
    return fault.code, fault.span.line, fault.span.column
