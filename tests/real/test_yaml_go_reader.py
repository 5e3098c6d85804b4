"""Go's YAML reader, the one that kubectl, Flux and the API server share, takes back what the emitter writes."""

import itertools
import json
import random
import subprocess

from compiler.render.yaml import emit
from tests.real.harness.toolchain import tool
from tests.unit.render.awkward import AWKWARD

SEED = 20270301
ALPHABET = "0123456789+-._:eExXobyYnNaAtTfFiIZ~ #'\"\\/|>&*!%@`,[]{}\n\té\x85\u2028\ufeff😀"


def _texts() -> list[str]:
    """Every awkward text, every pair of signs that numbers are made of, and random ones of the same stuff."""
    chance = random.Random(SEED)
    pairs = ["".join(pair) for size in (2, 3) for pair in itertools.product("019+-._:ex", repeat=size)]
    noise = ["".join(chance.choices(ALPHABET, k=chance.randint(1, 12))) for _ in range(4000)]
    return list(dict.fromkeys(AWKWARD + pairs + noise))


def _read_by_go(documents: list[str]) -> list[object]:
    questions = "".join(json.dumps({"op": "yaml", "text": text}) + "\n" for text in documents)
    done = subprocess.run([tool("oracle")], input=questions, capture_output=True, text=True, check=True, timeout=120)
    return [json.loads(line).get("json", line) for line in done.stdout.split("\n")[:-1]]


def test_go_takes_back_every_text_as_value_as_key_and_inside_lists() -> None:
    objects = [
        {"v": text, "m": {text[:80]: {"x": text}}, "l": [text, [text], {"k": text, "z": 1}]} for text in _texts()
    ]
    assert len(objects) >= 2000
    answers = _read_by_go([emit(obj) for obj in objects])
    assert [pair for pair in zip(objects, answers, strict=True) if pair[0] != pair[1]] == []
