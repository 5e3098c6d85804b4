"""What a change does, as a reviewer reads it: recovery first, then objects, one line at the end that counts."""

import json
from collections.abc import Iterable, Iterator

from compiler.change.impact import Fate, Impact, count
from compiler.change.objects import FieldChange, ObjectChange
from compiler.change.recovery import RecoveryChange, folded
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


def render(impacts: Iterable[Impact], full: bool, unchanged: int = 0) -> Iterator[str]:
    """Yield the lines of all clusters that change, and the summary. `unchanged`: clusters that were not judged."""
    impacts = list(impacts)
    for impact in impacts:
        if not impact.empty:
            yield from _cluster(impact, full)
    yield f"Plan: {summary(impacts, unchanged)}"


def data(impact: Impact) -> dict[str, object]:
    """Return one cluster's change as data."""
    return {
        "name": impact.cluster,
        "recovery": [_number_data(change) for change in impact.recovery if change.metric.heading == "recovery"],
        "access": [_number_data(change) for change in impact.recovery if change.metric.heading == "access"],
        "objects": [
            {
                "name": o.name,
                "action": o.action,
                "fields": [{"path": f.path, "old": f.old, "new": f.new} for f in o.fields],
            }
            for o in impact.objects
        ],
        "renamedFrom": impact.fate.earlier,
        "removed": _removal_data(impact.fate),
        "destroyed": list(impact.fate.destroyed),
        "consentMissing": list(impact.fate.unnamed),
        "pagesChange": impact.pages,
        "planned": impact.sound,
    }


def _removal_data(fate: Fate) -> dict[str, str] | None:
    removal = fate.removal
    return {"date": removal.date, "reason": removal.reason, "approver": removal.approver} if removal else None


def _cluster(impact: Impact, full: bool) -> Iterator[str]:
    yield f"{folder_name(impact.cluster)}{_fate(impact.fate)}"
    if not impact.sound:
        yield "  not planned: its spec has errors, fix them first"
        yield ""
        return
    if (impact.fate.removal or impact.fate.gone) and not full:
        yield f"  {_going(impact)} go with it; --full shows them"
        yield from _destroyed(impact.fate)
        yield ""
        return
    recovery = [change for change in impact.recovery if change.metric.heading == "recovery"]
    shown = recovery if full else folded(recovery)
    yield f"  recovery: {_changes(len(shown))}"
    for change in shown:
        yield f"    {SIGNS[change.verdict]} {_recovery(change)}   {change.verdict}"
    access = [change for change in impact.recovery if change.metric.heading == "access"]
    if access:
        yield f"  who can read or run: {_changes(len(access))}"
    for change in access:
        yield f"    ! {_recovery(change)}"
    yield f"  objects: {_changes(len(impact.objects))}"
    for changed in impact.objects:
        yield from _object(changed, full)
    yield from _destroyed(impact.fate)
    if impact.pages:
        yield "  pages: change with it"
    yield ""


def _going(impact: Impact) -> str:
    """Return how much a removed cluster takes with it, in the numbers of the last line."""
    changes = folded(impact.recovery)
    recovery = sum(change.metric.heading == "recovery" for change in changes)
    measures = f"{plural(recovery, 'measure')} of recovery, {len(changes) - recovery} of who can read or run"
    return f"{measures}, and {plural(len(impact.objects), 'object')}"


def _changes(count: int) -> str:
    return f"{count or 'no'} change{'s' if count != 1 else ''}"


def _recovery(change: RecoveryChange) -> str:
    name = f"{recovery_labels.label(change.metric)} ({recovery_labels.subject(change.metric)})"
    return f"{safe(name)}: {recovery_labels.spoken(change.old)} → {recovery_labels.spoken(change.new)}"


def _destroyed(fate: Fate) -> Iterator[str]:
    for name in fate.destroyed:
        yield f"    ! DESTRUCTIVE {safe(name)}: {'nobody consented' if name in fate.unnamed else 'consented'}"


def _fate(fate: Fate) -> str:
    """Return what becomes of the cluster itself, as it is printed beside its name."""
    if fate.removal is not None:
        return f": removed on {fate.removal.date}, approved by {fate.removal.approver}: {fate.removal.reason}"
    if fate.gone:
        return ": its file is gone, and with it its output"
    return f", renamed from {folder_name(fate.earlier)}" if fate.earlier else ""


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


def summary(impacts: Iterable[Impact], unchanged: int = 0) -> str:
    """Return the change in one line of counts; that nothing changes for recovery is an answer too."""
    impacts = list(impacts)
    if all(impact.empty for impact in impacts):
        return f"no changes in {plural(len(impacts) + unchanged, 'cluster')}"
    changes = [change for impact in impacts for change in folded(impact.recovery)]
    recovery = [change for change in changes if change.metric.heading == "recovery"]
    access = len(changes) - len(recovery)
    worse = sum(change.verdict in ("worse", "lost") for change in recovery)
    destroyed = sum(len(impact.fate.destroyed) for impact in impacts)
    unnamed = sum(len(impact.fate.unnamed) for impact in impacts)
    parts = [
        plural(len(recovery), "recovery change") + (f", {worse} for the worse" if worse else ""),
        ", ".join(f"{count(impacts, action)} to {action}" for action in ("add", "change", "remove")),
    ]
    if access:
        parts.insert(1, f"{access} of who can read or run")
    if destroyed:
        parts.append(f"{destroyed} destructive" + (f", {unnamed} without consent" if unnamed else ""))
    unplanned = sum(not impact.sound for impact in impacts)
    if unplanned:
        parts.append(f"{plural(unplanned, 'cluster')} not planned")
    return " · ".join(parts)
