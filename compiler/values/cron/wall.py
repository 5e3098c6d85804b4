"""A schedule on a wall clock that never switches: its days as a string of bits, its times as seconds of a day.

Wall times are seconds since 1970 without a zone.
"""

from bisect import bisect_left
from calendar import isleap
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

from compiler.values.cron.grammar import Cron

_DAY = 86_400
_EPOCH = date(1970, 1, 1).toordinal()
_EVERY_WEEKDAY = 0b1111111


class Wall(Struct, frozen=True):
    """`days[i]` is "1" where the schedule runs on day `first` + i (days since 1970); `times` ascend.

    `pause`: the two times of a day that are farthest apart with none between them, or None where a day has one time.
    """

    first: int
    days: str
    times: tuple[int, ...]
    pause: tuple[int, int] | None

    @classmethod
    def of(cls, cron: Cron, first: int, last: int) -> "Wall":
        """The wall of the years [first, last) and one year on either side, for zones that are ahead or behind."""
        days = _days(cron.days, cron.months, cron.weekdays, first - 1, last + 1)
        return cls(date(first - 1, 1, 1).toordinal() - _EPOCH, days, *_times(cron.minutes, cron.hours))

    def latest_before(self, moment: int) -> int:
        """The latest wall time of a run before a moment; long before the wall if there is none."""
        day, time = divmod(moment, _DAY)
        day -= self.first
        if self.days[day] == "1" and self.times[0] < time:
            return moment - time + self.times[bisect_left(self.times, time) - 1]
        return (self.first + self.days.rfind("1", 0, day)) * _DAY + self.times[-1]

    def gaps(self, begin: int, end: int) -> Iterator[tuple[int, int]]:
        """Candidates for the largest gap between runs in [begin, end): the largest over days, the largest in a day."""
        first, last = self.times[0], self.times[-1]
        low, high = self._day_from(begin, last), self._day_before(end, first)
        if low < high:
            before, after = _widest(self.days[low : high + 1])
            day = self.first + low
            yield (day + before) * _DAY + last, (day + after) * _DAY + first
        # Inside a day it can only be larger where the days follow each other, so any whole day serves.
        whole = self._day_from(begin, first)
        if self.pause and whole <= self._day_before(end, last):
            midnight = (self.first + whole) * _DAY
            yield midnight + self.pause[0], midnight + self.pause[1]

    def around(self, moment: int) -> tuple[int, str]:
        """What decides the runs near a moment: its time of the day, and the ten days before and after."""
        day, time = divmod(moment, _DAY)
        return time, self.days[day - self.first - 10 : day - self.first + 11]

    def _day_from(self, begin: int, time: int) -> int:
        """Index of the first day of runs whose `time` is at or after a moment; beyond the end if there is none."""
        found = self.days.find("1", -((time - begin) // _DAY) - self.first)
        return found if found >= 0 else len(self.days)

    def _day_before(self, end: int, time: int) -> int:
        """Index of the last day of runs whose `time` is before a moment; -1 if there is none."""
        return self.days.rfind("1", 0, (end - time - 1) // _DAY - self.first + 1)


@lru_cache(maxsize=1024)
def _widest(days: str) -> tuple[int, int]:
    """Indexes of the first two neighbouring "1" that are farthest apart, in a string that begins and ends with "1"."""
    zeros = max(days.split("1"), key=len) if "0" in days else ""
    before = days.index(f"1{zeros}1")
    return before, before + len(zeros) + 1


@lru_cache(maxsize=1024)
def _times(minutes: int, hours: int) -> tuple[tuple[int, ...], tuple[int, int] | None]:
    """The times of a day, and the pause."""
    in_hour = [minute * 60 for minute in range(60) if minutes >> minute & 1]
    times = tuple(hour * 3600 + minute for hour in range(24) if hours >> hour & 1 for minute in in_hour)
    return times, max(pairwise(times), key=lambda pair: (pair[1] - pair[0], -pair[0]), default=None)


@lru_cache(maxsize=256)
def _days(days: int, months: int, weekdays: int, first: int, last: int) -> str:
    """One character for each day of the years [first, last)."""
    month = "".join("01"[days >> day & 1] for day in range(1, 32))
    years = {leap: _year(month, months, leap) for leap in (False, True)}
    bits = "".join(years[isleap(year)] for year in range(first, last))
    if weekdays == _EVERY_WEEKDAY:
        return bits
    sunday_first = date(first, 1, 1).isoweekday() % 7
    week = "".join("01"[weekdays >> (sunday_first + day) % 7 & 1] for day in range(7))
    matching = int(bits, 2) & int((week * (len(bits) // 7 + 1))[: len(bits)], 2)
    return format(matching, f"0{len(bits)}b")


def _year(month: str, months: int, leap: bool) -> str:
    lengths = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return "".join(month[:length] if months >> number & 1 else "0" * length for number, length in enumerate(lengths, 1))
