"""Types of plain scalars, and refusal of those that two versions of YAML read differently."""

import time

import pytest

from compiler.source.scalars import Refused, resolve

TRAPS = """
y Y yes Yes YES n N no No NO on On ON off Off OFF = << ~ 012 -012 00 08 09.5 0x1F 0o17 -0o17 0b1 0B1 0X1F -0x1F 0x_F
1:30 02:30 10:30:00 1:30.5 -1:30 1_000 1_0.5 .5_0 1e3 1E3 1.5e3 .5e3 1e+3 -2e-5 1234567e8 +.5 -.5 .inf -.INF +.inf
.nan .NaN .NAN 2001-12-14t21:59:43.10-05:00 2001-12-14T21:59:43Z 12345678901234567890 0.12345678901234567890
9.9e+999 0xFFFFFFFFFF0000000000
"""
TEXTS = """
2027-03-01 1.35.4 10.20.0.11 32Gi 1h 30m 10:75 nO yEs none nan inf e1 0x 1-2 - -- +a .a ..5 1,000 0xg ON! /dev/sda
"""


@pytest.mark.parametrize("text", [*TRAPS.split(), "", "2001-12-14 21:59:43.10 -5", "2001-12-14 21:59:43"])
def test_a_scalar_with_two_readings_is_refused(text: str) -> None:
    assert isinstance(resolve(text), Refused)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null", None), ("Null", None), ("true", True), ("TRUE", True), ("False", False),
        ("0", 0), ("12", 12), ("-7", -7), ("+3", 3), ("9223372036854775807", 2**63 - 1),
        ("1.30", 1.3), ("-0.5", -0.5), (".5", 0.5), ("5.", 5.0), ("1.5e+3", 1500.0), ("1.5E-3", 0.0015),
    ],
)  # fmt: skip
def test_a_core_scalar_has_its_type(text: str, value: object) -> None:
    read = resolve(text)
    assert read == value and type(read) is type(value)


@pytest.mark.parametrize("text", TEXTS.split())
def test_other_text_stays_text(text: str) -> None:
    assert resolve(text) == text


@pytest.mark.parametrize("unit", ["1", "0", "_", "1_", "1:", ".", "1.", "-", "1e", "0x", "2001-01-01 "])
def test_a_long_run_costs_linear_time(unit: str) -> None:
    text = "1" + unit * (50_000 // len(unit)) + "!"
    start = time.process_time()
    resolve(text)
    assert time.process_time() - start < 0.05
