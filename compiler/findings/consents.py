"""Consents of the spec: which are in force, and what is wrong with the others."""

import datetime
from collections.abc import Iterable, Iterator
from types import MappingProxyType

from compiler.findings.finding import Violation
from compiler.findings.rule import severity

RULE = "consent-is-short"
SEVERITY = severity(lab="error", edge="error", production="error")
LONGEST = datetime.timedelta(days=14)
"""Long enough for a review and a merge; short enough that nothing is destroyed by what was forgotten in a file."""
MEANINGS = MappingProxyType(
    {RULE: "A consent that stays in the file also covers the next removal of such an object, which nobody approved."}
)
"""What the fault means for recovery, by code."""


def in_force(expires: str, today: datetime.date) -> bool:
    """Return whether a consent with this last day counts today."""
    return today <= datetime.date.fromisoformat(expires) <= today + LONGEST


def violations(expiries: Iterable[str], today: datetime.date) -> Iterator[Violation]:
    """Yield a violation for each consent, by its last day, that is too long or expired; an expired one is only a warning."""
    for number, expires in enumerate(expiries):
        day = datetime.date.fromisoformat(expires)
        path = ("spec", "consents", number, "expires")
        if day > today + LONGEST:
            yield Violation(
                path=path,
                message=f"the consent lasts until {day}, more than {LONGEST.days} days from now",
                impact="it would also cover a removal that nobody has thought of yet",
                fix=f"let it expire on {today + LONGEST} or before; it is read again with each change",
            )
        elif day < today:
            yield Violation(
                path=path,
                message=f"the consent expired on {day} and is ignored",
                impact="what it covered is removed by now, or needs a new consent",
                fix="remove the entry",
                proven=False,
            )
