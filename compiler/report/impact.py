"""What a change does, as a reviewer reads it: recovery first, then objects, one line at the end that counts."""

import json
from collections.abc import Iterable, Iterator

from compiler.change.impact import Impact, count
from compiler.change.objects import FieldChange, ObjectChange
from compiler.change.recovery import RecoveryChange
from compiler.plan.plan import RecoveryNumber
from compiler.report.text import safe
from compiler.values import duration
from compiler.values.keypath import dotted

SIGNS = {
    "better": "+",
    "worse": "!",
    "lost": "!",
    "gained": "+",
    "changed": "~",
    "add": "+",
    "change": "~",
    "remove": "-",
}
FIELDS = 8
VALUE = 70
CONTEXT = 20


def told(impacts: Iterable[Impact], full: bool) -> Iterator[str]:
    """Yield the lines of all clusters that change, and the last line."""
    impacts = list(impacts)
    for one in impacts:
        if not one.empty:
            yield from _cluster(one, full)
    yield _last(impacts)


def data(one: Impact) -> dict[str, object]:
    """Return one cluster's change as data."""
    return {
        "name": one.cluster,
        "recovery": [_number_data(change) for change in one.recovery],
        "objects": [
            {
                "name": o.name,
                "action": o.action,
                "fields": [{"path": f.path, "old": f.old, "new": f.new} for f in o.fields],
            }
            for o in one.objects
        ],
        "destroyed": list(one.destroyed),
        "pagesChange": one.pages,
        "planned": one.sound,
    }


def _cluster(one: Impact, full: bool) -> Iterator[str]:
    yield f"{one.cluster}"
    if not one.sound:
        yield "  not planned: its spec has errors that must be mended first"
        yield ""
        return
    yield f"  recovery: {len(one.recovery) or 'no'} change{'s' if len(one.recovery) != 1 else ''}"
    for change in one.recovery:
        yield (
            f"    {SIGNS[change.verdict]} {change.what} ({change.subject}): {_value(change.old)} → {_value(change.new)} "
            f"  {change.verdict}"
        )
    yield f"  objects: {len(one.objects) or 'no'} change{'s' if len(one.objects) != 1 else ''}"
    for changed in one.objects:
        yield from _object(changed, full)
    for name in one.destroyed:
        yield f"    ! DESTRUCTIVE {name}: needs --allow-destroy {name}"
    if one.pages:
        yield "  pages: change with it"
    yield ""


def _object(changed: ObjectChange, full: bool) -> Iterator[str]:
    yield f"    {SIGNS[changed.action]} {changed.name}"
    shown = changed.fields if full else changed.fields[:FIELDS]
    for field in shown:
        yield f"        {_field(field)}"
    if len(shown) < len(changed.fields):
        yield f"        … {len(changed.fields) - len(shown)} more fields; --full shows them"


def _field(field: FieldChange) -> str:
    old, new = _text(field.old), _text(field.new)
    same = _common(old, new) if max(len(old), len(new)) > VALUE else 0
    return f"{field.path}: {_cut(old, same)} → {_cut(new, same)}"


def _text(value: object) -> str:
    return safe(json.dumps(value, ensure_ascii=False)) if value is not None else "absent"


def _common(old: str, new: str) -> int:
    """Return how many characters both begin with, less a few that tell the reader where he is."""
    differs = (number for number, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
    return max(0, next(differs, 0) - CONTEXT)


def _cut(text: str, same: int) -> str:
    """Leave out what both sides begin with, and what does not fit."""
    rest = "…" + text[same:] if same else text
    return rest if len(rest) <= VALUE else rest[: VALUE - 1] + "…"


def _value(number: RecoveryNumber | None) -> str:
    if number is None:
        return "none"
    if number.unit == "seconds" and isinstance(number.value, int):
        return duration.words(number.value) if number.value else "none"
    return str(number.value)


def _number_data(change: RecoveryChange) -> dict[str, object]:
    number = change.new or change.old
    return {
        "what": change.what,
        "subject": change.subject,
        "path": dotted(change.path),
        "unit": number.unit if number else "text",
        "old": change.old.value if change.old else None,
        "new": change.new.value if change.new else None,
        "verdict": change.verdict,
    }


def _last(impacts: list[Impact]) -> str:
    """The answer in one line; that nothing changes for recovery is an answer too."""
    changed = [one for one in impacts if not one.empty]
    recovery = sum(len(one.recovery) for one in impacts)
    worse = sum(change.verdict in ("worse", "lost") for one in impacts for change in one.recovery)
    destroyed = sum(len(one.destroyed) for one in impacts)
    numbers = f"{recovery} recovery change{'s' if recovery != 1 else ''}" + (
        f", {worse} for the worse" if worse else ""
    )
    objects = (
        f"{count(impacts, 'add')} to add, {count(impacts, 'change')} to change, {count(impacts, 'remove')} to remove"
    )
    if not changed:
        return f"Plan: no changes in {len(impacts)} cluster{'s' if len(impacts) != 1 else ''}"
    return f"Plan: {numbers} · {objects}" + (f" · {destroyed} destructive" if destroyed else "")
