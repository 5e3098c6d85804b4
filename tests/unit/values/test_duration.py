"""Durations: what is read, what is refused, and that every printed form means the same seconds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.values import duration

SECONDS = st.integers(0, duration.MAX_SECONDS)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30d", 2_592_000),
        ("2w", 1_209_600),
        ("1h", 3_600),
        ("90m", 5_400),
        ("1h30m", 5_400),
        ("45s", 45),
        ("0s", 0),
        ("1w2d3h4m5s", 788_645),
        ("720h0m0s", 2_592_000),
        ("36500d", duration.MAX_SECONDS),
    ],
)
def test_reads(text: str, seconds: int) -> None:
    assert duration.parse(text) == seconds


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is not readable; write numbers with w, d, h, m, s"),
        ("30", "duration '30' has no unit; write 30s, 30m, 30h or 30d"),
        ("1.5h", "has a fraction; write whole numbers, such as 1h30m"),
        ("-1h", "is negative; write zero or more"),
        ("1M", "is not readable"),
        ("30m1h", "largest first"),
        ("1h1h", "is not readable"),
        ("1 h", "is not readable"),
        ("1h\n", "is not readable"),
        ("١h", "is not readable"),
        ("500ms", "is not readable"),
        ("36501d", "is longer than 100 years; the longest is 36500d"),
        ("9" * 5_000 + "s", "is not readable"),
    ],
)
def test_refuses_with_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        duration.parse(text)
    assert sentence in str(refusal.value)
    assert len(str(refusal.value)) < 160


@pytest.mark.parametrize(
    ("seconds", "go", "prometheus", "words"),
    [
        (0, "0s", "0s", "0s"),
        (45, "45s", "45s", "45s"),
        (60, "1m0s", "1m", "1m"),
        (5_400, "1h30m0s", "1h30m", "1h30m"),
        (3_605, "1h0m5s", "1h5s", "1h5s"),
        (604_800, "168h0m0s", "1w", "7d"),
        (1_209_600, "336h0m0s", "2w", "14d"),
        (2_592_000, "720h0m0s", "30d", "30d"),
        (31_536_000, "8760h0m0s", "1y", "365d"),
        (694_800, "193h0m0s", "8d1h", "8d1h"),
    ],
)
def test_prints_each_form(seconds: int, go: str, prometheus: str, words: str) -> None:
    assert (duration.go(seconds), duration.prometheus(seconds), duration.words(seconds)) == (go, prometheus, words)


@given(SECONDS)
def test_reads_back_what_it_prints_for_go(seconds: int) -> None:
    assert duration.parse(duration.go(seconds)) == seconds


@given(SECONDS)
def test_reads_back_what_it_prints_for_people(seconds: int) -> None:
    assert duration.parse(duration.words(seconds)) == seconds


@given(SECONDS)
def test_prints_prometheus_units_in_descending_order(seconds: int) -> None:
    text = duration.prometheus(seconds)
    years, _, rest = text.rpartition("y")
    assert int(years or 0) * 31_536_000 + (duration.parse(rest) if rest else 0) == seconds
