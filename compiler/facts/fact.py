"""A fact that holds for a range of versions: its value, where it was read or measured, and when."""

from typing import Generic, TypeVar

from msgspec import Struct

Version = tuple[int, int, int]
T = TypeVar("T")


class Fact(Struct, Generic[T], frozen=True, kw_only=True):
    """`value` holds for versions in [since, before). `seen`: ISO date of the last look at the source."""

    since: Version
    before: Version
    value: T
    source: str
    seen: str


class Support(Struct, frozen=True):
    """A supported minor release.

    `executed`: the patch that tests on real systems run pages and objects on, else None. `admitted`: the patch whose API server or CRDs
    admitted every object in a test that ran no page; None too where only schemas are known.
    """

    minor: str
    executed: str | None
    admitted: str | None = None


def parse(text: str) -> Version:
    """Return the numbers of a release such as `1.18.3` or `v1.18.3`; ValueError for anything else."""
    parts = text.removeprefix("v").split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts):
        raise ValueError(f"version {text[:32]!r} is not readable; write three numbers, such as 1.18.3")
    return int(parts[0]), int(parts[1]), int(parts[2])


def at(facts: tuple[Fact[T], ...], version: Version) -> Fact[T] | None:
    """Return the fact that holds for a version, or None where none is known."""
    return next((fact for fact in facts if fact.since <= version < fact.before), None)


def minors(facts: tuple[Fact[Support], ...]) -> tuple[str, ...]:
    """Return the supported minor releases, oldest first."""
    return tuple(fact.value.minor for fact in facts)


def enumeration(facts: tuple[Fact[Support], ...]) -> str:
    """Return the supported minor releases as part of a sentence: `1.34, 1.35 and 1.36`."""
    *others, last = minors(facts)
    return f"{', '.join(others)} and {last}" if others else last


def supported(product: str, facts: tuple[Fact[Support], ...]) -> str:
    """Return the sentence that lists what is supported."""
    return f"kedge supports {product} {enumeration(facts)}, written with the patch, such as {example(facts)}"


def example(facts: tuple[Fact[Support], ...]) -> str:
    """Return the newest release that tests run: what examples and defaults name."""
    return next(fact.value.executed for fact in reversed(facts) if fact.value.executed)
