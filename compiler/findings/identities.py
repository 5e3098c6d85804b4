"""Two clusters with the same endpoint, CA, address or place in a bucket: the pages of one work on the other."""

from types import MappingProxyType

from msgspec import Struct

from compiler.findings.finding import Finding, Severity
from compiler.source.document import Span

RULE = "clusters-have-nothing-in-common"
MEANINGS = MappingProxyType({RULE: "The pages of one cluster would stop, restore or overwrite the other."})
_WORDS = MappingProxyType({"place": "place in a bucket"})


class Shared(Struct, frozen=True):
    """A value that two clusters have, and where each of them states it."""

    kind: str
    value: str
    first: Span
    second: Span


def finding(first: str, second: str, shared: list[Shared]) -> Finding:
    """Return the one finding about two clusters; it points into the spec of the second. `shared` is not empty."""
    kinds = dict.fromkeys(one.kind for one in shared)
    said = ", ".join(_said([one for one in shared if one.kind == kind]) for kind in kinds)
    return Finding(
        rule=RULE,
        severity=Severity.ERROR,
        path=(),
        span=shared[0].second,
        message=f"{first} and {second} have the same {said}",
        impact=MEANINGS[RULE][:1].lower() + MEANINGS[RULE][1:].removesuffix("."),
        fix="write its own values into the file that was copied; where both are about one cluster, remove one of them",
        label=f"{first} has it too",
    )


def _said(same: list[Shared]) -> str:
    """Return the first value of a kind with both places, and how many more there are."""
    one = same[0]
    places = " and ".join(dict.fromkeys(f"{span.file}:{span.line}" for span in (one.first, one.second)))
    more = f" and {len(same) - 1} more" if len(same) > 1 else ""
    return f"{_WORDS.get(one.kind, one.kind)} {one.value} ({places}){more}"
