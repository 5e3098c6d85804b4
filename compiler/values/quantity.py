"""Kubernetes quantities: the grammar of resource.Quantity, read exactly and printed in canonical form.

Narrower than apimachinery on purpose: what it would round, cap or wrap around is refused.
Source of grammar and canonical form: k8s.io/apimachinery v0.35 pkg/api/resource (quantity.go, suffix.go).
"""

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

LARGEST = 2**63 - 1
"""Largest magnitude (int64), in whole units."""

LONGEST_TEXT = 40
LARGEST_EXPONENT = 18
"""10^18 is the last power of ten in an int64; apimachinery wraps larger exponents around int32 or hangs."""

_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY_SUFFIX = ("", *_BINARY)
_DECIMAL_SUFFIX = {power: suffix for suffix, power in _DECIMAL.items()}
_NANO = 10**9
_TEXT = re.compile(
    r"(?P<sign>[+-]?)(?:(?P<whole>[0-9]+)(?:\.(?P<part>[0-9]*))?|\.(?P<only>[0-9]+))"
    r"(?:(?P<suffix>[KMGTPE]i|[numkMGTPE]?)|[eE](?P<exponent>[+-]?[0-9]+))",
    re.ASCII,
)


class _Amount(NamedTuple):
    """A parsed quantity: exact billionths, and the suffix family it was written in."""

    nanos: int
    family: str  # "binary", "decimal" or "exponent"


def parse(text: str) -> Decimal:
    """The exact value of `1500m`, `1.5Gi`, `2e3`; raises ValueError with one sentence."""
    return Decimal(_read(text).nanos).scaleb(-9)


def canonical(text: str) -> str:
    """The form that the API server prints: suffix family kept, `1.5` -> `1500m`, `1.5Gi` -> `1536Mi`, `1000m` -> `1`.

    A fixed point of Go's ParseQuantity + String. (Go itself echoes a few other spellings, such as `+1` or `1.500`.)
    """
    amount = _read(text)
    if amount.family == "binary" and amount.nanos % (1024 * _NANO) == 0:
        return _binary(amount.nanos // _NANO)
    return _decimal(amount.nanos, exponent=amount.family == "exponent")


def of_bytes(count: int) -> str:
    """A number of bytes in the largest exact binary unit: 6442450944 -> `6Gi`; decimal where none fits."""
    if abs(count) > LARGEST:
        raise ValueError(f"{count} bytes is beyond 2^63-1; write a smaller number")
    return _decimal(count * _NANO, exponent=False) if count % 1024 else _binary(count)


@lru_cache(maxsize=4096)
def _read(text: str) -> _Amount:
    match = _TEXT.fullmatch(text) if len(text) <= LONGEST_TEXT else None
    if match is None:
        shown = repr(text[:LONGEST_TEXT])
        raise ValueError(f"quantity {shown} is not readable; write a number with a unit, such as 500m or 2Gi")
    part = match["part"] or match["only"] or ""
    digits = int((match["whole"] or "") + part)
    nanos, lost = _scaled(digits, len(part), *_scale(match))
    _bounded(text, nanos, lost)
    return _Amount(-nanos if match["sign"] == "-" else nanos, _family(match))


def _family(match: re.Match[str]) -> str:
    if match["exponent"]:
        return "exponent"
    return "binary" if match["suffix"] in _BINARY else "decimal"


def _scale(match: re.Match[str]) -> tuple[int, int]:
    """Base and power that the suffix stands for."""
    if match["exponent"] is None:
        suffix = match["suffix"]
        return (2, _BINARY[suffix]) if suffix in _BINARY else (10, _DECIMAL[suffix])
    power = int(match["exponent"])
    if abs(power) > LARGEST_EXPONENT:
        raise ValueError(f"quantity {match[0]!r} has an exponent beyond ±{LARGEST_EXPONENT}; write a suffix such as Gi")
    return 10, power


def _scaled(digits: int, places: int, base: int, power: int) -> tuple[int, int]:
    """Billionths of digits * 10^-places * base^power, and what an exact division leaves over."""
    up, down = pow(base, max(power, 0)), pow(base, max(-power, 0))
    return divmod(digits * _NANO * int(up), int(10**places * down))


def _bounded(text: str, nanos: int, lost: int) -> None:
    if lost:
        raise ValueError(f"quantity {text!r} is finer than a billionth and would be rounded; write fewer places")
    if nanos > LARGEST * _NANO:
        raise ValueError(f"quantity {text!r} is beyond 2^63-1; write a smaller number")


def _binary(value: int) -> str:
    times = 0
    while value and value % 1024 == 0:
        value //= 1024
        times += 1
    return f"{value}{_BINARY_SUFFIX[times]}"


def _decimal(nanos: int, *, exponent: bool) -> str:
    power = -9
    while nanos and nanos % 1000 == 0:
        nanos //= 1000
        power += 3
    if nanos == 0:
        return "0"
    if exponent and power:
        return f"{nanos}e{power}"
    return f"{nanos}{_DECIMAL_SUFFIX[power]}"
