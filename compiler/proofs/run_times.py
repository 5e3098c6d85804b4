"""When backups start, as their consumers find it: what clock switches do to them, and which wait for each other.

A switch matters where a start is left out, is made twice, or is made at another time, so that two starts are further apart or
nearer than on any other day. Velero works on one backup at a time: one that starts while another may still run waits for it.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from zoneinfo import ZoneInfo

from msgspec import Struct

from compiler.proofs.schedules import Stream
from compiler.values import cron, zones

_DAY = timedelta(days=1)
"""Around a switch: what it does to a local time, it does within a day of it."""

_NO_SWITCHES = "Etc/UTC"


class Switch(Struct, frozen=True, kw_only=True):
    """What one clock switch does to a schedule: local times, without a zone, that are left out, made twice or added.

    `gap`: seconds of the largest gap (of the least one where `twice`) between two starts around it.
    """

    stream: Stream
    at: datetime
    skipped: tuple[datetime, ...]
    twice: tuple[datetime, ...]
    added: tuple[datetime, ...]
    gap: int


class Wait(Struct, frozen=True, kw_only=True):
    """The first time that a backup starts while another one may still run. `seconds`: how long it waits for that at most.

    `count`: how often that happens between the two instants that were looked at.
    """

    stream: Stream
    other: Stream
    at: datetime
    seconds: int
    count: int


def switches(streams: Iterable[Stream], begin: datetime, end: datetime) -> tuple[Switch, ...]:
    """Return what clock switches between two instants do to schedules, by time."""
    found = (_at(stream, at) for stream in streams for at in _instants(stream.zone, begin, end))
    return tuple(sorted((one for one in found if one), key=lambda one: one.at))


def _instants(zone: str, begin: datetime, end: datetime) -> Iterator[datetime]:
    for at in zones.clock(zone).switches(int(begin.timestamp()), int(end.timestamp())):
        yield datetime.fromtimestamp(at, UTC)


def _at(stream: Stream, at: datetime) -> Switch | None:
    """Return what a switch does, None where the schedule keeps its rhythm over it."""
    info = zones.zone_info(stream.zone)
    around = max(2 * timedelta(seconds=stream.gap.seconds), _DAY)
    begin, end, switch = (_local(instant, info) for instant in (at - around, at + around, at))
    expected = _matches(stream, begin, end)
    runs = cron.runs_between(stream.schedule, stream.zone, stream.consumer, at - around, at + around)
    made = Counter(_local(run, info) for run in runs)
    real, usual = _gaps(runs), _gaps(expected)
    added = _near(switch, made.keys() - set(expected))
    skipped = _near(switch, set(expected) - made.keys()) if added or max(real) > max(usual) else ()
    twice = _near(switch, (t for t, count in made.items() if count > 1)) if min(real) < min(usual) else ()
    if not (skipped or twice or added):
        return None
    return Switch(
        stream=stream, at=at, skipped=skipped, twice=twice, added=added, gap=min(real) if twice else max(real)
    )


def _near(switch: datetime, times: Iterable[datetime]) -> tuple[datetime, ...]:
    return tuple(sorted(time for time in times if abs(time - switch) < _DAY))


def _matches(stream: Stream, begin: datetime, end: datetime) -> Sequence[datetime]:
    """Return the local times between two that the schedule names, whether a clock shows them or not."""
    between = (begin.replace(tzinfo=UTC), end.replace(tzinfo=UTC))
    runs = cron.runs_between(stream.schedule, _NO_SWITCHES, cron.Consumer.KUBERNETES, *between)
    return [run.replace(tzinfo=None) for run in runs]


def _local(instant: datetime, info: ZoneInfo) -> datetime:
    return instant.astimezone(info).replace(tzinfo=None)


def _gaps(times: Sequence[datetime]) -> list[int]:
    return [int((later - earlier).total_seconds()) for earlier, later in pairwise(times)]


def waits(streams: Iterable[Stream], begin: datetime, end: datetime) -> tuple[Wait, ...]:
    """Return each two application backups of which one starts while the other may run, between two instants."""
    applications = [(one, _starts(one, begin, end)) for one in streams if one.kind == "application"]
    pairs = ((a, b) for one, other in combinations(applications, 2) for a, b in ((one, other), (other, one)))
    return tuple(wait for (one, starts), (other, runs) in pairs if (wait := _wait(one, starts, other, runs)))


def _wait(one: Stream, starts: Sequence[datetime], other: Stream, runs: Sequence[datetime]) -> Wait | None:
    """Return how often and how long at most `one` waits for `other`; of two that start at once the later one in the spec waits."""
    lasts = other.run * len(other.to)
    at_once = one.path > other.path
    found: list[tuple[datetime, int]] = []
    for start in starts:
        before = bisect_right(runs, start) if at_once else bisect_left(runs, start)
        left = lasts - int((start - runs[before - 1]).total_seconds()) if before else 0
        if left > 0:
            found.append((start, left))
    if not found:
        return None
    return Wait(stream=one, other=other, at=found[0][0], seconds=max(left for _, left in found), count=len(found))


def _starts(stream: Stream, begin: datetime, end: datetime) -> Sequence[datetime]:
    return cron.runs_between(stream.schedule, stream.zone, stream.consumer, begin, end)
