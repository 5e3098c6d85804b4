"""Schedules and zones to try, for property tests."""

from hypothesis import strategies as st

from compiler.values.cron import Cron, parse

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Santiago",
    "America/Havana",
    "Atlantic/Azores",
    "Asia/Beirut",
]
"""No switch; whole hour; half hour; skipped midnight; switches moved by Ramadan."""

_MINUTES = st.one_of(
    st.sampled_from(["0", "30", "*/15", "*/5", "*/30", "59"]),
    st.integers(0, 59).map(str),
    st.lists(st.integers(0, 59), min_size=2, max_size=3).map(lambda found: ",".join(map(str, found))),
)
_HOURS = st.one_of(
    st.sampled_from(["*", "*/2", "*/6", "0", "1", "2", "3", "23", "0-3", "1,2", "2,3", "8-18", "22,23"]),
    st.integers(0, 23).map(str),
)
_DAYS = st.sampled_from(
    [
        *("* * *", "* * 0", "* * 1-5", "* * fri", "* * */2", "1 * *", "31 * *", "28-31 * *", "*/2 * *", "1,15 * *"),
        *("* 3,4,10 *", "* 9-11 sun", "29 3 *", "1 10 *", "29 2 *", "* * 5,6", "25-31 3 *", "1-7 4,9,11 *"),
    ]
)

_FEW_MINUTES = st.sampled_from(["0", "15", "30", "59"])
_FEW_HOURS = st.sampled_from(["0", "1", "2", "3", "12", "23", "*/6", "1,2", "2,3", "0-2", "22,23"])

TEXTS = st.builds("{} {} {}".format, _MINUTES, _HOURS, _DAYS)
THIN_TEXTS = st.builds("{} {} {}".format, _FEW_MINUTES, _FEW_HOURS, _DAYS)


def crons() -> st.SearchStrategy[Cron]:
    """Schedules of every day pattern, thick and thin."""
    return TEXTS.map(parse)


def thin_crons() -> st.SearchStrategy[Cron]:
    """Schedules of a few starts a day at most, cheap to walk through."""
    return THIN_TEXTS.map(parse)
