"""What a change does, as a reviewer reads it: recovery first, then objects, one line at the end that counts."""

import json
from collections.abc import Iterable, Iterator

from compiler.change.impact import Impact, count
from compiler.change.objects import FieldChange, ObjectChange
from compiler.change.recovery import RecoveryChange
from compiler.report import recovery_labels
from compiler.report.text import plural, safe
from compiler.source.fault import folder_name
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


def render(impacts: Iterable[Impact], full: bool) -> Iterator[str]:
    """Yield the lines of all clusters that change, and the summary."""
    impacts = list(impacts)
    for impact in impacts:
        if not impact.empty:
            yield from _cluster(impact, full)
    yield f"Plan: {summary(impacts)}"


def data(impact: Impact) -> dict[str, object]:
    """Return one cluster's change as data."""
    return {
        "name": impact.cluster,
        "recovery": [_number_data(change) for change in impact.recovery],
        "objects": [
            {
                "name": o.name,
                "action": o.action,
                "fields": [{"path": f.path, "old": f.old, "new": f.new} for f in o.fields],
            }
            for o in impact.objects
        ],
        "destroyed": list(impact.destroyed),
        "pagesChange": impact.pages,
        "planned": impact.sound,
    }


def _cluster(impact: Impact, full: bool) -> Iterator[str]:
    yield folder_name(impact.cluster)
    if not impact.sound:
        yield "  not planned: its spec has errors, fix them first"
        yield ""
        return
    yield f"  recovery: {len(impact.recovery) or 'no'} change{'s' if len(impact.recovery) != 1 else ''}"
    for change in impact.recovery:
        yield (
            f"    {SIGNS[change.verdict]} {recovery_labels.label(change.metric)} ({recovery_labels.subject(change.metric)}): "
            f"{recovery_labels.spoken(change.old)} → {recovery_labels.spoken(change.new)} "
            f"  {change.verdict}"
        )
    yield f"  objects: {len(impact.objects) or 'no'} change{'s' if len(impact.objects) != 1 else ''}"
    for changed in impact.objects:
        yield from _object(changed, full)
    for name in impact.destroyed:
        yield f"    ! DESTRUCTIVE {name}: needs --allow-destroy {name}"
    if impact.pages:
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
    """Return how many characters both begin with, less a few that show where this is."""
    differs = (number for number, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
    return max(0, next(differs, 0) - CONTEXT)


def _cut(text: str, same: int) -> str:
    """Leave out what both sides begin with, and what does not fit."""
    rest = "…" + text[same:] if same else text
    return rest if len(rest) <= VALUE else rest[: VALUE - 1] + "…"


def _number_data(change: RecoveryChange) -> dict[str, object]:
    metric = change.metric
    return {
        "metric": metric.metric,
        "what": recovery_labels.label(metric),
        "subject": recovery_labels.subject(metric),
        "path": dotted(metric.path),
        "unit": metric.unit,
        "old": recovery_labels.value(change.old) if change.old else None,
        "new": recovery_labels.value(change.new) if change.new else None,
        "verdict": change.verdict,
    }


def summary(impacts: Iterable[Impact]) -> str:
    """Return the change in one line of counts; that nothing changes for recovery is an answer too."""
    impacts = list(impacts)
    if all(impact.empty for impact in impacts):
        return f"no changes in {plural(len(impacts), 'cluster')}"
    recovery = [change for impact in impacts for change in impact.recovery]
    worse = sum(change.verdict in ("worse", "lost") for change in recovery)
    destroyed = sum(len(impact.destroyed) for impact in impacts)
    parts = [
        plural(len(recovery), "recovery change") + (f", {worse} for the worse" if worse else ""),
        ", ".join(f"{count(impacts, action)} to {action}" for action in ("add", "change", "remove")),
    ]
    return " · ".join([*parts, f"{destroyed} destructive"] if destroyed else parts)
