"""libyaml's parse events to a plain tree with marks, and a fault for all YAML that is not read here.

One method per event and no recursion. The depth is counted as the events arrive: libyaml's event parser keeps its stack
on the heap and looks at most one simple key (1024 characters of one line) ahead, so a million brackets stop after 65.
"""

from compiler.source import limits
from compiler.source.characters import described, hidden_in_value
from compiler.source.document import Mark, Marks, Pair, Span, between
from compiler.source.events import Event, ScalarEvent, StartEvent
from compiler.source.fault import Fault, excerpt, fault
from compiler.source.frames import Frame, ListFrame, MappingFrame, RootFrame
from compiler.source.scalars import Refused, Scalar, resolve
from compiler.values.keypath import KeyPath

_PROPERTIES = {
    "&": ("Anchors (`&name`) are not read.", "Write the value out where it is needed, or put it in a base."),
    "*": ("Aliases (`*name`) are not read.", "Write the value out, or put it in quotes if text is meant."),
    "!": ("Tags (`!name`) are not read.", "Remove the tag; quotes make text."),
}
_NO_TEXT = Refused("is not text", "Put it in quotes.", "keys-are-plain-text")
_UNFIT = Refused(
    "is not one line of visible ASCII characters", "Use letters, digits, `-`, `.` and `/`.", "keys-are-plain-text"
)
_UNUSABLE = "?"  # replaces a refused key, so that its value still has a place


class Enough(Exception):
    """The reader stops here, with the faults that it has."""


class Builder:
    """Collects one document: `root.tree`, `marks` and `faults`."""

    __slots__ = (
        "documents",
        "faults",
        "file",
        "last",
        "marks",
        "nodes",
        "refused",
        "root",
        "sound",
        "stack",
        "text",
        "top",
    )

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text + "\n"  # so that the mark of an empty value at the end still points at a character
        self.root = RootFrame()
        self.top: Frame = self.root
        self.stack: list[Frame] = []
        self.marks: dict[KeyPath, Marks] = {}
        self.faults: list[Fault] = []
        self.sound: set[str] = set()
        """Keys that were looked at and need no quotes: most keys come again."""
        self.documents = 0
        self.nodes = 0
        self.last: Mark | None = None
        """End of the last scalar or closing bracket."""
        self.refused = -1
        """Where an anchor, alias or tag was refused last: a block mapping starts where its first key does."""

    def document(self, event: Event) -> None:
        """Take the start of a document: exactly one."""
        self.documents += 1
        if self.documents > 1:
            message = "A second document starts here."
            self._fault("yaml-is-one-document", event, message, "Keep one document in one file.")
            raise Enough

    def scalar(self, event: ScalarEvent) -> None:
        """Take a key, a value or an item."""
        self._node(event)
        top = self.top
        if top.key is None:
            top.pair = (event.start_mark, event.end_mark)
            top.key = self._key(top, event)
            return
        self.last = event.end_mark
        value = self._typed(event, top.key) if not event.style else self._text(event)
        self.marks[top.put(value)] = (top.pair, event.start_mark, event.end_mark)

    def mapping(self, event: StartEvent) -> None:
        """Take the start of a mapping."""
        self._open(MappingFrame((), self._opener(event), event))

    def sequence(self, event: StartEvent) -> None:
        """Take the start of a list."""
        self._open(ListFrame((), self._opener(event), event))

    def _opener(self, event: StartEvent) -> Pair | None:
        """Count a mapping or list and return the marks of the key that it is the value of."""
        self._node(event)
        if self.top.key is None:
            message = "A mapping or list is in the place of a key."
            self._fault("keys-are-plain-text", event, message, "Write text as the key.")
            self.top.key = _UNUSABLE
        if len(self.stack) >= limits.DEPTH:
            self._limit(event, f"More than {limits.DEPTH} levels of mappings and lists.")
        return self.top.pair

    def _open(self, frame: MappingFrame | ListFrame) -> None:
        """Attach a new mapping or list, and fill it from now on."""
        frame.path = self.top.put(frame.items)
        self.stack.append(self.top)
        self.top = frame

    def end(self, event: Event) -> None:
        """Take the end of a mapping or list; a block's own end mark is beyond the blank lines that follow it."""
        done = self.top
        if isinstance(done, RootFrame):
            raise AssertionError("the parser ended a collection that it never started")
        if done.opened.flow_style:
            self.last = event.end_mark
        self.marks[done.path] = (done.opener, done.opened.start_mark, self.last or event.end_mark)
        self.top = self.stack.pop()

    def alias(self, event: Event) -> None:
        """Take an alias, which is refused by its first character."""
        self._node(event)
        if self.top.key is None:
            self.top.key = _UNUSABLE
        else:
            self.top.put(None)

    def _node(self, event: Event) -> None:
        """Count a node and refuse anchors, aliases and tags: a plain scalar cannot start with their characters."""
        self.nodes += 1
        if self.nodes > limits.NODES:
            self._limit(event, f"The file has more than {limits.NODES} values.")
        first = self.text[event.start_mark.index]
        if first in "&*!" and event.start_mark.index != self.refused:
            self.refused = event.start_mark.index
            self._fault("yaml-is-plain", event, *_PROPERTIES[first])

    def _key(self, frame: MappingFrame, event: ScalarEvent) -> str:
        """Return the text of a key, refused or not."""
        key = event.value
        wrong = None if key in self.sound and not event.style else self._unfit(event)
        if wrong:
            self._fault(wrong.code, event, f"The key {excerpt(key)} {wrong.why}.", wrong.fix)
        elif key in frame.items:
            pair = self.marks[(*frame.path, key)][0]
            self._twice(event, pair)
        return key

    def _unfit(self, event: ScalarEvent) -> Refused | None:
        """Return why a scalar cannot be a key."""
        key = event.value
        if not event.style:
            read = resolve(key)
            if isinstance(read, Refused) and key:
                return read
            if not isinstance(read, str):
                return _NO_TEXT
        if key and key.isascii() and key.isprintable() and event.start_mark.line == event.end_mark.line:
            if not event.style:
                self.sound.add(key)
            return None
        return _UNFIT

    def _twice(self, event: ScalarEvent, first: Pair | None) -> None:
        """Report a key that occurs twice in one mapping, with both places."""
        also = between(self.file, *first) if first else None
        where = f" (first in line {also.line}, column {also.column})" if also else ""
        message = f"The key {excerpt(event.value)} occurs twice in one mapping{where}."
        self._fault("keys-are-unique", event, message, "Remove one of the two.", also)

    def _typed(self, event: ScalarEvent, key: str) -> Scalar:
        """Return the value of a plain scalar."""
        value = resolve(event.value)
        if isinstance(value, Refused):
            subject = excerpt(event.value) if event.value else f"The key {excerpt(key)}" if key else "The item"
            self._fault(value.code, event, f"{subject} {value.why}.", value.fix)
            return None
        return self._text(event) if isinstance(value, str) else value

    def _text(self, event: ScalarEvent) -> str:
        """Return the value of a text; only escapes can bring in what the check of the source did not see."""
        value = event.value
        if len(value) > limits.SCALAR_CHARACTERS:
            self._limit(event, f"A text has more than {limits.SCALAR_CHARACTERS} characters.")
        found = hidden_in_value(value) if event.style == '"' else None
        if found:
            message = f"The escapes of this text make {described(found[0])}."
            self._fault("text-is-visible", event, message, "Remove the escape.")
        return value

    def _limit(self, event: Event, message: str) -> None:
        """Report a limit and stop."""
        self._fault("yaml-stays-within-limits", event, message, "Write less, or split it into a cluster and bases.")
        raise Enough

    def _fault(self, code: str, event: Event, message: str, fix: str, also: Span | None = None) -> None:
        """Keep a fault; stop when there are enough."""
        span = between(self.file, event.start_mark, event.end_mark)
        self.faults.append(fault(code, span, message, fix, also))
        if len(self.faults) >= limits.FAULTS:
            raise Enough
