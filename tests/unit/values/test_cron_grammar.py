"""The portable cron grammar: what is admitted, what each refusal says, and that equal meaning is equal."""

import pytest

from compiler.values.cron import parse
from compiler.values.cron.grammar import DESCRIPTORS


def _values(bits: int) -> list[int]:
    return [value for value in range(64) if bits >> value & 1]


@pytest.mark.parametrize(
    ("text", "place", "values"),
    [
        ("*/15 * * * *", "minutes", [0, 15, 30, 45]),
        ("5-20/5 * * * *", "minutes", [5, 10, 15, 20]),
        ("50/3 * * * *", "minutes", [50, 53, 56, 59]),
        ("1,2,40-42 * * * *", "minutes", [1, 2, 40, 41, 42]),
        ("0 8-18/2 * * *", "hours", [8, 10, 12, 14, 16, 18]),
        ("0 3 1,15 * *", "days", [1, 15]),
        ("0 3 */2 * *", "days", list(range(1, 32, 2))),
        ("0 3 * jan,MAR-may *", "months", [1, 3, 4, 5]),
        ("0 3 * * mon-fri", "weekdays", [1, 2, 3, 4, 5]),
        ("0 3 * * SUN", "weekdays", [0]),
        ("0 3 * * */2", "weekdays", [0, 2, 4, 6]),
        ("05 03 * * *", "minutes", [5]),
    ],
)
def test_reads_each_form(text: str, place: str, values: list[int]) -> None:
    assert _values(getattr(parse(text), place)) == values


@pytest.mark.parametrize(("word", "fields"), DESCRIPTORS.items())
def test_reads_descriptors_as_their_five_fields(word: str, fields: str) -> None:
    assert parse(word) == parse(fields)
    assert parse(word).text == word


def test_keeps_the_text_with_single_spaces() -> None:
    assert parse(" 0  3 * * * ").text == "0 3 * * *"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "has 0 fields; write five"),
        ("0 3 * *", "has 4 fields; write five"),
        ("0 0 3 * * *", "has six fields; leave out the seconds"),
        ("0 0 3 * * * 2027", "has 7 fields; write five"),
        ("@every 6h", "drifts with each restart of its reader; write fixed times"),
        ("@reboot", "is not a known word; write one of @hourly"),
        ("@Daily", "is not a known word"),
        ("TZ=UTC 0 3 * * *", "carries its own time zone; write the zone in the field for it"),
        ("CRON_TZ=UTC 0 3 * * *", "carries its own time zone"),
        ("0 3 ? * 1", "holds '?', which not every reader takes; write '*' instead"),
        ("0 3 * * 1#2", "holds '#', which not every reader takes; write a day of the month"),
        ("0\t3 * * *", "holds '\\t'"),
        ("0 3 * * 7", "weekday '7' says 7, which Kubernetes refuses; write 0 or sun for Sunday"),
        ("0 3 * * 5-7", "says 7"),
        ("0 3 * * fri-mon", "runs backwards; write two ranges, such as fri-sat,sun-mon"),
        ("0 22-2 * * *", "runs backwards; write two ranges, such as 22-23,0-2"),
        ("0 3 * * 1/2", "weekday '1/2' is read in two ways; write its range, such as 1-6/2"),
        ("0 3 L * *", "day of month 'L' is not readable; write '*', numbers 1-31"),
        ("0 3 15W * *", "day of month '15W' is not readable"),
        ("0 H * * *", "hour 'H' is not readable"),
        ("*/60 * * * *", "minute '*/60' has a step outside 1-59; write a smaller step"),
        ("50/15 * * * *", "minute '50/15' has a step outside 1-9"),
        ("0 1-2/2 * * *", "hour '1-2/2' has a step outside 1-1; write the values as a list"),
        ("*/0 * * * *", "has a step outside 1-59"),
        ("60 * * * *", "minute '60' is outside 0-59"),
        ("0 24 * * *", "hour '24' is outside 0-23"),
        ("0 0 0 * *", "day of month '0' is outside 1-31"),
        ("0 0 32 * *", "day of month '32' is outside 1-31"),
        ("0 0 1 13 *", "month '13' is outside 1-12; write '*', numbers 1-12, or jan-dec"),
        ("0 0 1 foo *", "month 'foo' is not readable"),
        ("-1 * * * *", "minute '-1' is not readable"),
        ("+1 * * * *", "minute '+1' is not readable"),
        ("1,,2 * * * *", "minute '' is not readable"),
        ("*-5 * * * *", "minute '*-5' is not readable"),
        ("1-2-3 * * * *", "minute '1-2-3' is not readable"),
        ("*/5/5 * * * *", "minute '*/5/5' is not readable"),
        ("٣ * * * *", "minute '٣' is not readable"),
        ("0 3 1 * 1", "restricts both day fields, which Kubernetes reads as OR and newer Velero as AND; write '*'"),
        ("0 3 */2 * 1", "restricts both day fields"),
        ("0 3 1-31 * 1", "restricts both day fields"),
        ("0 0 30 2 *", "names a date that never comes; write a day that the month has"),
        ("0 0 31 4,6,9,11 *", "names a date that never comes"),
        ("0 0 30-31 feb *", "names a date that never comes"),
        ("1," * 200 + "1 * * * *", "has 409 characters and may have 256"),
    ],
)
def test_refuses_with_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        parse(text)
    assert sentence in str(refusal.value)


@pytest.mark.parametrize("text", ["0 0 29 2 *", "0 0 31 * *", "0 0 31 1,2 *", "0 3 */1 * 1", "0 3 1 * */1"])
def test_admits_dates_that_come(text: str) -> None:
    assert parse(text).text == text
