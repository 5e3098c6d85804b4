"""kedge's cron, quantities and durations against the Go libraries that Kubernetes and Velero read them with.

Both sides use the zone data of the tzdata package, so a difference is one of behaviour.
"""

import json
import os
import random
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from importlib import resources
from itertools import pairwise, takewhile
from typing import Any

import pytest

from compiler.values import duration, quantity
from compiler.values.cron import Consumer, parse, starts
from tests.real.harness.toolchain import tool
from tests.unit.values import strategies

ZONES = [*strategies.ZONES, "Pacific/Chatham", "America/Nuuk"]
"""In Chatham both libraries loop for ever, so the property tests cannot walk it."""
DAYS = [
    *("* * *", "* * 0", "* * mon-FRI", "* * */2", "1 * *", "31 * *", "28-31 * *", "*/2 * *", "1,15 * *", "29 2 *"),
    *("* 3,4,10 *", "* sep-nov sun", "29 3 *", "1 10 *", "25-31 3 *", "1-7 4,9,11 */1", "*/1 * 5,6", "* */5 *"),
]
LIBRARIES = {Consumer.KUBERNETES: "robfig", Consumer.VELERO_ROBFIG: "robfig", Consumer.VELERO_GOCRON: "gocron"}
Answer = dict[str, Any]
Question = Mapping[str, str | int]


def ask(questions: Sequence[Question]) -> list[Answer]:
    """One answer a question, in order."""
    zone_data = str(resources.files("tzdata").joinpath("zoneinfo"))
    done = subprocess.run(
        [str(tool("oracle"))],
        input="\n".join(map(json.dumps, questions)),
        env={**os.environ, "ZONEINFO": zone_data},
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def _schedule(dice: random.Random) -> str:
    minute = dice.choice(["0", "30", "*/15", "*", "59", "5-50/9", "50/3", str(dice.randrange(60)), "0,15,31"])
    hour = dice.choice(
        ["*", "*/2", "*/6", "0", "1", "2", "3", "23", "0-3", "1,2", "2,3", "22/1", str(dice.randrange(24))]
    )
    day = dice.choice(DAYS)
    return dice.choice(["@hourly", "@daily", "@weekly", "@monthly", "@yearly", *[f"{minute} {hour} {day}"] * 40])


def _instant(dice: random.Random, zone: str) -> datetime:
    """Any instant of some years, often an hour or two from a switch, with odd seconds."""
    from compiler.values.zones import clock

    begin, end = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2026, 2040))
    near = [at + dice.randrange(-30 * 3600, 3 * 3600) for at in clock(zone).switches(begin, end)]
    return datetime.fromtimestamp(dice.choice([dice.randrange(begin, end), *near[:20]]), UTC)


@pytest.mark.parametrize("consumer", LIBRARIES, ids=lambda consumer: consumer.value)
def test_starts_are_those_that_the_library_finds(consumer: Consumer) -> None:
    dice = random.Random(f"starts {consumer.value}")
    cases = [(_schedule(dice), zone, _instant(dice, zone)) for zone in ZONES for _ in range(120)]
    answers = ask(
        [
            {"op": "cron", "lib": LIBRARIES[consumer], "expr": expr, "tz": zone, "from": after.isoformat(), "count": 4}
            for expr, zone, after in cases
        ]
    )
    for (expr, zone, after), answer in zip(cases, answers, strict=True):
        theirs = [datetime.fromisoformat(time) for time in answer["times"]]
        forward = [time for _, time in takewhile(lambda pair: pair[0] < pair[1], pairwise([after, *theirs]))]
        assert starts(parse(expr), zone, consumer, after, len(forward)) == forward, (expr, zone, after.isoformat())
        assert len(forward) == 4 or zone == "Pacific/Chatham"


@pytest.mark.parametrize("consumer", LIBRARIES, ids=lambda consumer: consumer.value)
def test_a_schedule_that_kedge_refuses_to_follow_never_advances_in_the_library(consumer: Consumer) -> None:
    after = datetime(2037, 4, 3, tzinfo=UTC)
    question: Question = {"op": "cron", "lib": LIBRARIES[consumer], "expr": "59 3 * * *", "tz": "Pacific/Chatham"}
    times = ask([{**question, "from": after.isoformat(), "count": 9}])[0]["times"]
    assert len(set(times)) == 2
    with pytest.raises(ValueError, match="is not read past the clock switch"):
        starts(parse("59 3 * * *"), "Pacific/Chatham", consumer, after, 3)


def test_the_grammar_admits_only_what_both_libraries_read_the_same() -> None:
    dice = random.Random("grammar")
    cases = ["".join(dice.choices("0123456789*/-,? LW#abcfimnorstu7", k=dice.randrange(1, 6))) for _ in range(3_000)]
    texts = [" ".join(dice.sample([*cases[i : i + 1], *"*****"], 5)) for i in range(len(cases))]
    admitted = [text for text in [*texts, *(_schedule(dice) for _ in range(300))] if _admits(text)]
    start = datetime(2027, 1, 1, tzinfo=UTC)
    question: Question = {"op": "cron", "tz": "UTC", "from": start.isoformat(), "count": 30}
    answers = [ask([{**question, "lib": lib, "expr": text} for text in admitted]) for lib in ("robfig", "gocron")]
    assert len(admitted) > 400
    for text, robfig, gocron in zip(admitted, *answers, strict=True):
        assert robfig == gocron, text
        assert len(robfig["times"]) == 30 or "29 2" in text, text


def _admits(text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def test_a_date_that_never_comes_has_no_start_in_either_library() -> None:
    question: Question = {"op": "cron", "tz": "UTC", "from": "2027-01-01T00:00:00Z", "count": 1, "expr": "0 0 30 2 *"}
    assert [answer["times"] for answer in ask([{**question, "lib": lib} for lib in ("robfig", "gocron")])] == [[], []]


def _quantity(dice: random.Random) -> str:
    whole = "".join(dice.choices("0123456789", k=dice.randrange(1, 19)))
    number = dice.choice([whole, f"{dice.randrange(5_000)}.{dice.randrange(1_000)}"])
    suffix = dice.choice(
        ["", *"numkMGTPE", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "e3", "E6", "e-3", "e+2", "K", "mi", "e", "B"]
    )
    sign = dice.choice(["", "", "", "", "-", "+", "0"])
    return f"{sign}{number}{suffix}"


def test_quantities_have_the_value_and_the_canonical_text_of_apimachinery() -> None:
    dice = random.Random("quantities")
    texts = [_quantity(dice) for _ in range(4_000)]
    admitted = {text: quantity.canonical(text) for text in texts if _measures(text)}
    direct, settled = ask([_asked(text) for text in admitted]), ask([_asked(text) for text in admitted.values()])
    assert len(admitted) > 1_000
    echoed = 0
    for (text, canonical), first, second in zip(admitted.items(), direct, settled, strict=True):
        assert second["canonical"] == canonical, text
        assert (
            quantity.parse(text) == quantity.parse(str(second["decimal"])) == quantity.parse(str(first["decimal"]))
        ), text
        echoed += first["canonical"] != canonical
        assert first["canonical"] in (canonical, text) or str(first["canonical"]).lstrip("-").isdigit(), text
    assert len(admitted) - echoed > 1_000


def test_quantities_that_apimachinery_refuses_are_refused() -> None:
    dice = random.Random("refusals")
    texts = ["".join(dice.choices("0123456789.+-eEinumkKMGTPB ", k=dice.randrange(1, 7))) for _ in range(4_000)]
    refused = [
        text for text, answer in zip(texts, ask([_asked(text) for text in texts]), strict=True) if "error" in answer
    ]
    assert len(refused) > 1_000
    assert [text for text in refused if _measures(text)] == []


def _asked(text: str) -> Question:
    return {"op": "quantity", "value": text}


def _measures(text: str) -> bool:
    try:
        quantity.parse(text)
    except ValueError:
        return False
    return True


def test_durations_mean_the_same_to_go() -> None:
    dice = random.Random("durations")
    lengths = [dice.randrange(10 ** dice.randrange(1, 10)) for _ in range(600)] + [
        0,
        59,
        60,
        3_600,
        86_400,
        duration.MAX_SECONDS,
    ]
    answers = ask([{"op": "duration", "value": duration.go(seconds)} for seconds in lengths])
    assert [answer.get("nanoseconds") for answer in answers] == [seconds * 10**9 for seconds in lengths]


def test_days_are_no_go_duration() -> None:
    assert "error" in ask([{"op": "duration", "value": duration.words(int(timedelta(days=30).total_seconds()))}])[0]
