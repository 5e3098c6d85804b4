"""Questions about a release of Velero."""

from compiler.facts.fact import at, parse
from compiler.facts.tables import VELERO_CRON
from compiler.values.cron import Consumer


def cron_consumer(version: str) -> Consumer:
    """Return the reader of schedules inside a Velero release (`1.18.3` or `v1.18.3`); ValueError where it is not known."""
    fact = at(VELERO_CRON, parse(version))
    if fact is None:
        first, last = (".".join(map(str, numbers)) for numbers in (VELERO_CRON[0].since, VELERO_CRON[-1].before))
        raise ValueError(
            f"Velero {version!r} is not known; write a release from {first} or later and before {last}, such as 1.18.3"
        )
    return fact.value
