"""Quantities: Kubernetes' grammar, exact values, canonical text."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.values import quantity

SUFFIXES = [
    "",
    "n",
    "u",
    "m",
    "k",
    "M",
    "G",
    "T",
    "P",
    "E",
    "Ki",
    "Mi",
    "Gi",
    "Ti",
    "Pi",
    "Ei",
    "e3",
    "E-3",
    "e+6",
    "e1",
]
TEXTS = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "-"]),
    st.integers(0, 10**9),
    st.one_of(st.just(""), st.integers(0, 999).map(".{}".format)),
    st.sampled_from(SUFFIXES),
)


@pytest.mark.parametrize(
    ("text", "value", "canonical"),
    [
        ("0", "0", "0"),
        ("1", "1", "1"),
        ("1.5", "1.5", "1500m"),
        ("1500m", "1.5", "1500m"),
        ("1000m", "1", "1"),
        ("100m", "0.1", "100m"),
        (".5", "0.5", "500m"),
        ("5.", "5", "5"),
        ("+2", "2", "2"),
        ("-2", "-2", "-2"),
        ("1000", "1000", "1k"),
        ("1k", "1000", "1k"),
        ("1024Ki", "1048576", "1Mi"),
        ("1.5Gi", "1610612736", "1536Mi"),
        ("1024Mi", "1073741824", "1Gi"),
        ("6Gi", "6442450944", "6Gi"),
        ("0.5Ki", "512", "512"),
        ("0Gi", "0", "0"),
        ("1e3", "1000", "1e3"),
        ("12E6", "12000000", "12e6"),
        ("1e0", "1", "1"),
        ("1e4", "10000", "10e3"),
        ("1E", "1000000000000000000", "1E"),
        ("1n", "0.000000001", "1n"),
        ("9223372036854775807", "9223372036854775807", "9223372036854775807"),
        ("8191Pi", "9222246136947933184", "8191Pi"),
    ],
)
def test_reads_and_prints(text: str, value: str, canonical: str) -> None:
    assert quantity.parse(text) == Decimal(value)
    assert quantity.canonical(text) == canonical


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is not readable; write a number with a unit"),
        (".", "is not readable"),
        ("Gi", "is not readable"),
        ("1GB", "is not readable"),
        ("1K", "is not readable"),
        ("1 Gi", "is not readable"),
        ("1Gi\n", "is not readable"),
        ("1e", "is not readable"),
        ("1e1.5", "is not readable"),
        ("0x10", "is not readable"),
        ("١Gi", "is not readable"),
        ("nan", "is not readable"),
        ("1_000", "is not readable"),
        ("1" * 41, "is not readable"),
        ("2E6024865272343", "has an exponent beyond ±18; write a suffix"),
        ("1e4294967297", "has an exponent beyond ±18"),
        ("1e-19", "has an exponent beyond ±18"),
        ("8Ei", "is beyond 2^63-1"),
        ("10E", "is beyond 2^63-1"),
        ("9223372036854775808", "is beyond 2^63-1"),
        ("0.1n", "is finer than a billionth and would be rounded"),
    ],
)
def test_refuses_with_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        quantity.parse(text)
    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    ("count", "text"),
    [(6 * 2**30, "6Gi"), (1536 * 2**20, "1536Mi"), (0, "0"), (1000, "1k"), (1025, "1025"), (2**60, "1Ei")],
)
def test_prints_bytes(count: int, text: str) -> None:
    assert quantity.of_bytes(count) == text


def test_refuses_bytes_beyond_int64() -> None:
    with pytest.raises(ValueError, match="beyond 2\\^63-1"):
        quantity.of_bytes(2**63)


def _accepted(text: str) -> bool:
    try:
        quantity.parse(text)
    except ValueError:
        return False
    return True


@given(TEXTS.filter(_accepted))
def test_canonical_text_keeps_the_value_and_is_a_fixed_point(text: str) -> None:
    canonical = quantity.canonical(text)
    assert quantity.parse(canonical) == quantity.parse(text)
    assert quantity.canonical(canonical) == canonical


@given(st.integers(-(2**63) + 1, 2**63 - 1))
def test_bytes_are_printed_exactly_and_canonically(count: int) -> None:
    text = quantity.of_bytes(count)
    assert quantity.parse(text) == count
    assert quantity.canonical(text) == text
