"""What the chosen data is: how old, and how far behind the newest survivor."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path

STEP = "choose-data"

_CANDIDATE = re.compile(r"([0-9]+) ((?:bucket|survivor-[A-Za-z0-9.-]+)\.db)")
_CHOSEN = re.compile(r"OK: chosen: (\S+)")
_SNAPSHOT_TIME = "%Y%m%dT%H%M%SZ"


def describe(lines: Sequence[str], folder: Path, saved: Mapping[str, datetime], now: datetime) -> str:
    """Return what was chosen. `lines`: what the step printed; `folder`: where it worked; `saved`: when each host was saved."""
    candidates = {found[2]: int(found[1]) for found in map(_CANDIDATE.fullmatch, lines) if found}
    chosen = next((found[1] for found in map(_CHOSEN.fullmatch, reversed(lines)) if found), "")
    if chosen not in candidates:
        return ""
    survivors = [revision for file, revision in candidates.items() if file.startswith("survivor-")]
    age = _age(chosen, folder, saved, now)
    return f"{chosen}, revision {candidates[chosen]}: {age}; {_behind(candidates[chosen], survivors)}"


def _behind(revision: int, survivors: Sequence[int]) -> str:
    if not survivors:
        return "no survivor to compare it with: what was written after it is lost"
    missing = max(survivors) - revision
    if missing > 0:
        return f"{missing} revisions BEHIND the newest survivor: these writes are lost"
    return "no survivor has a newer revision"


def _age(chosen: str, folder: Path, saved: Mapping[str, datetime], now: datetime) -> str:
    if chosen == "bucket.db":
        begun = _snapshot_time(folder)
        return f"a snapshot that was begun {_ago(now, begun)}" if begun else "a snapshot of unknown age"
    when = saved.get(chosen[len("survivor-") : -len(".db")])
    return f"saved from the host {_ago(now, when)}" if when else "saved from the host at an unknown time"


def _snapshot_time(folder: Path) -> datetime | None:
    """Return the time in the name of the chosen snapshot, as the working folder remembers it."""
    try:
        words = shlex.split((folder / "state").read_text("utf-8"))
        names = [word.partition("=")[2] for word in words if word.startswith("SNAPSHOT=")]
        return datetime.strptime(names[-1][:16], _SNAPSHOT_TIME).replace(tzinfo=timezone.utc)
    except (OSError, ValueError, IndexError):
        return None


def _ago(now: datetime, then: datetime) -> str:
    minutes = max(0, int((now - then).total_seconds())) // 60
    return f"{minutes} min ago" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min ago"
