"""The largest gap between two starts of a schedule, over a horizon that does not depend on today.

Between two clock switches every start is a match of the wall clock, so the gap there follows from the pattern of days
and the times of a day; only the gap over each switch is searched as the consumer searches it.
"""

from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

from compiler.values import zones
from compiler.values.cron.calendar import refuse_misread
from compiler.values.cron.consumer import Consumer
from compiler.values.cron.grammar import Cron
from compiler.values.cron.starts import next_utc
from compiler.values.cron.wall import Wall

_NEAR = 8 * 86_400
"""Seconds around a switch within which no zone switches again (zones.clock), and `Wall.around` shows every day."""

HORIZON = (2027, 2055)
"""Years [first, last): 28 years, after which dates, weekdays and leap years repeat (until 2100).

Thus it holds each month length, each 29 February with its weekday, and each date on which a switch can fall, so a
yearly schedule that one switch swallows counts too. The leap day that the year 2100 lacks is left out.
"""


class Gap(Struct, frozen=True, order=True):
    """Two starts with none between them: their distance in seconds, and both instants in UTC."""

    seconds: int
    start: datetime
    end: datetime


@lru_cache(maxsize=4096)
def largest_gap(cron: Cron, zone: str, consumer: Consumer, horizon: tuple[int, int] = HORIZON) -> Gap:
    """The largest gap between consecutive starts that are both within the horizon; an early one of equal ones.

    A horizon of other years must hold starts on two days or more (the default always does), otherwise ValueError.
    ValueError too where the consumer's search does not advance at a switch.
    """
    if consumer is Consumer.SYSTEMD:
        refuse_misread(zone)
    clock = zones.clock(zone)
    begin, end = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in horizon)
    wall = Wall.of(cron, *horizon)
    edges = (begin, *clock.switches(begin, end), end)
    gaps = _over_switches(cron, clock, consumer, wall, edges)
    for since, until in pairwise(edges):
        offset = clock.offset(since)
        gaps += [(low - offset, high - offset) for low, high in wall.gaps(since + offset, until + offset)]
    if not gaps:
        years = f"{horizon[0]}-{horizon[1] - 1}"
        raise ValueError(f"schedule {cron.text!r} starts on fewer than two days in {years}; write a more frequent one")
    low, high = max(gaps, key=lambda gap: (gap[1] - gap[0], -gap[0]))
    return Gap(high - low, datetime.fromtimestamp(low, UTC), datetime.fromtimestamp(high, UTC))


def _over_switches(
    cron: Cron, clock: zones.Clock, consumer: Consumer, wall: Wall, edges: tuple[int, ...]
) -> list[tuple[int, int]]:
    """The gap that holds each switch: from the last start before it to what the consumer finds from there."""
    begin, *switches, end = edges
    gaps = []
    known: dict[tuple[object, ...], int] = {}
    current = next_utc(cron, clock, consumer, begin - 1)
    for switch in switches:
        if current >= switch:
            continue
        offset = clock.offset(switch - 1)
        last = max(current, wall.latest_before(switch + offset) - offset)
        # A switch among like days has a like outcome: search it once. A search that leaves those days is not shared.
        alike = (switch - last, offset, clock.offset(switch), *wall.around(switch + offset))
        delay = known.get(alike)
        if delay is None:
            delay = next_utc(cron, clock, consumer, max(last, switch - _NEAR)) - switch
            if delay < _NEAR:
                next_utc(cron, clock, consumer, switch + delay)  # refuses a search that does not advance at this switch
                known[alike] = delay
        current = switch + delay
        gaps.append((last, current))
    return [(low, high) for low, high in gaps if high < end]
