"""Start times: each consumer's own search for the next start, its behaviour at clock switches included.

The search follows the algorithm that robfig/cron v3.0.1 and go-cron v0.15.0 share (spec.go, Next), because its results
at a switch follow from its steps and not from a simple rule. What comes out, for a switch by a whole hour:
a skipped local time does not run that day (robfig) or runs in the hour after it (go-cron, unless it was midnight); a
repeated local time runs twice. At Lord Howe's half-hour switch a run may be left out; at Chatham's, which comes at
a quarter to the hour, some schedules never advance.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from compiler.values import zones
from compiler.values.cron import calendar
from compiler.values.cron.consumer import RUNS_SKIPPED_HOUR, Consumer
from compiler.values.cron.grammar import Cron

SEARCH_YEARS = 5
"""Years after which both libraries give up (robfig spec.go yearLimit, go-cron defaultSearchYears)."""

_DAY = 86_400
_EPOCH = date(1970, 1, 1).toordinal()
_FIRST = datetime(zones.FIRST_YEAR, 1, 1, tzinfo=UTC)
_LAST = datetime(zones.LAST_YEAR - SEARCH_YEARS - 1, 1, 1, tzinfo=UTC)


def next_after(cron: Cron, zone: str, consumer: Consumer, after: datetime) -> datetime:
    """The first start later than an aware instant, in UTC, as the consumer finds it from that instant."""
    return starts(cron, zone, consumer, after, 1)[0]


def starts(cron: Cron, zone: str, consumer: Consumer, after: datetime, count: int) -> list[datetime]:
    """The next `count` starts later than an aware instant, in UTC, each found from the one before."""
    return list(islice(_chain(cron, zone, consumer, after), count))


def runs_between(cron: Cron, zone: str, consumer: Consumer, start: datetime, end: datetime) -> list[datetime]:
    """The starts in [start, end), in UTC, as found from one second before `start`; both instants aware."""
    runs = []
    for run in _chain(cron, zone, consumer, start - timedelta(microseconds=1)):
        if run >= end:
            break
        runs.append(run)
    return runs


def _chain(cron: Cron, zone: str, consumer: Consumer, after: datetime) -> Iterator[datetime]:
    clock = zones.clock(zone)
    current = after
    while _FIRST <= current < _LAST:
        current = datetime.fromtimestamp(next_utc(cron, clock, consumer, int(current.timestamp() // 1)), UTC)
        yield current
    years = f"{_FIRST.year}-{_LAST.year - 1}"
    raise ValueError(f"{current:%Y-%m-%d} is outside {years}, for which clock switches are known; take a date in it")


def next_utc(cron: Cron, clock: zones.Clock, consumer: Consumer, after: int) -> int:
    """The first start later than an instant; both in UTC seconds since 1970. ValueError where the consumer finds none."""
    if consumer is Consumer.SYSTEMD:
        return calendar.next_elapse(cron, clock, after)
    search = _Search(cron, clock, consumer in RUNS_SKIPPED_HOUR, after + 1)
    limit = search.date().year + SEARCH_YEARS
    while search.date().year <= limit:
        if search.month() and search.day() and search.hour() and search.minute() and search.second():
            return _later(cron, after, search.utc)
    raise ValueError(f"schedule {cron.text!r} does not start within {SEARCH_YEARS} years; write a more frequent one")


def _later(cron: Cron, after: int, found: int) -> int:
    # Where clocks go back at a quarter to the hour (Pacific/Chatham), both libraries answer with a time that is over
    # already, again and again.
    if found <= after:
        day = datetime.fromtimestamp(after, UTC)
        raise ValueError(f"schedule {cron.text!r} is not read past the clock switch of {day:%Y-%m-%d}; write it in UTC")
    return found


class _Search:
    """A candidate instant that moves forward.

    Each step moves one field to its next match and returns whether all coarser fields still hold; False means begin
    again with the month. `moved`: finer fields are already at their start.
    """

    __slots__ = ("clock", "cron", "moved", "runs_skipped", "utc")

    def __init__(self, cron: Cron, clock: zones.Clock, runs_skipped: bool, utc: int) -> None:
        self.cron = cron
        self.clock = clock
        self.runs_skipped = runs_skipped
        self.utc = utc
        self.moved = False

    def local(self) -> int:
        """The wall clock, as seconds since 1970 without a zone."""
        return self.utc + self.clock.offset(self.utc)

    def date(self) -> date:
        return date.fromordinal(self.local() // _DAY + _EPOCH)

    def month(self) -> bool:
        today = self.date()
        while not self.cron.months >> today.month & 1:
            self._begin(_DAY, back=today.day - 1)
            local = self.local()
            today = date.fromordinal(local // _DAY + _EPOCH)
            self._set(local + _DAY * (_next_month(today) - today.toordinal()))
            today = self.date()
            if today.month == 1:
                return False
        return True

    def day(self) -> bool:
        while not self._day_matches():
            self._begin(_DAY)
            self._set(self.local() + _DAY)
            self._to_midnight()
            if self.date().day == 1:
                return False
        return True

    def hour(self) -> bool:
        hours = self.cron.hours
        hour = self.local() // 3600 % 24
        while not hours >> hour & 1:
            self._begin(3600)
            before = self.local() // 3600 % 24
            self.utc += 3600
            hour = self.local() // 3600 % 24
            if self.runs_skipped and hour - before == 2 and hours >> hour - 1 & 1:
                return True
            if hour == 0:
                return False
        return True

    def minute(self) -> bool:
        minutes = self.cron.minutes
        minute = self.local() // 60 % 60
        while not minutes >> minute & 1:
            if not self.moved:
                self.moved = True
                self.utc -= self.utc % 60
            self.utc += 60
            minute = self.local() // 60 % 60
            if minute == 0:
                return False
        return True

    def second(self) -> bool:
        if self.utc % 60 == 0:
            return True
        self.moved = True
        self.utc += 60 - self.utc % 60
        return False

    def _day_matches(self) -> bool:
        today = self.date()
        return bool(self.cron.days >> today.day & 1 and self.cron.weekdays >> today.isoweekday() % 7 & 1)

    def _begin(self, unit: int, back: int = 0) -> None:
        """At the first move, go to the start of the running day or hour, `back` days earlier."""
        if not self.moved:
            self.moved = True
            local = self.local()
            self._set(local - local % unit - back * _DAY)

    def _set(self, local: int) -> None:
        """Go to a wall-clock time; where it is skipped or repeated, to the side that Go's time.Date takes."""
        offset = self.clock.offset(local)
        if self.clock.offset(local - offset) != offset:
            offset = self.clock.offset(local - offset)
        self.utc = local - offset

    def _to_midnight(self) -> None:
        """Where a switch moved a day's begin: an hour on from 23, an hour back from 1, as the libraries do."""
        hour = self.local() // 3600 % 24
        if hour:
            self.utc += 3600 * (24 - hour if hour > 12 else -hour)


def _next_month(today: date) -> int:
    """Ordinal of the same day number in the next month, running over as Go's AddDate does."""
    year, month = (today.year + 1, 1) if today.month == 12 else (today.year, today.month + 1)
    return date(year, month, 1).toordinal() + today.day - 1
