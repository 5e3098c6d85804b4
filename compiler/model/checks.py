"""What a text or a number of the spec must be to become a value. Each check raises ValueError with one sentence for a person."""

import datetime
import ipaddress
from decimal import Decimal
from functools import lru_cache

from msgspec import Struct

from compiler.distributions.registry import FOR_TESTS, NAMES
from compiler.facts import tables
from compiler.facts.fact import example, parse, supported
from compiler.model.patterns import KUBERNETES, PODS
from compiler.values import cron, duration, quantity, zones

# Free text reaches pages only. Letters and digits of any script, and punctuation that means nothing to Markdown, HTML or a shell.
TEXT_PUNCTUATION = frozenset(" .,:()/+@'-")
TEXT_LIMIT = 120
MAX_PODS = 10000
MAX_AMOUNT = 2**60
"""Far above any cluster, and small enough that twice as much is still a 64-bit number of bytes."""


class Quantity(Struct, frozen=True):
    """A Kubernetes quantity: `text` as apimachinery prints it, `amount` in cores, bytes or pieces."""

    text: str
    amount: Decimal


class Versions(Struct, frozen=True):
    """The Kubernetes releases that a cluster runs: one, or during an upgrade the lower and the higher one."""

    low: str
    high: str

    @property
    def range(self) -> str:
        """One word for the manifest of a snapshot: the version, or `<low>-to-<high>`."""
        return "-to-".join(dict.fromkeys((self.low, self.high)))

    @property
    def minors(self) -> tuple[str, ...]:
        """The minors, lower first; one where they are the same."""
        return tuple(dict.fromkeys(version.rpartition(".")[0] for version in (self.low, self.high)))


def quantity_of(value: object) -> Quantity:
    """Return a quantity from zero to MAX_AMOUNT."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError("a quantity is a number with an optional suffix, such as 500m, 2 or 16Gi")
    stated = str(value)
    amount = quantity.parse(stated)
    if amount < 0:
        raise ValueError(f"quantity {stated!r} is negative; write zero or more, such as 500m")
    if amount > MAX_AMOUNT:
        raise ValueError(f"quantity {stated!r} is beyond 1Ei, more than any cluster has")
    return Quantity(quantity.canonical(stated), amount)


def seconds_of(value: object) -> int:
    """Return a duration of at least one second."""
    if not isinstance(value, str):
        raise ValueError("a duration needs a unit, such as 30m, 1h or 14d")
    seconds = duration.parse(value)
    if seconds == 0:
        raise ValueError(f"duration {value!r} is zero; write one second or more")
    return seconds


def cron_of(value: object) -> cron.Cron:
    """Return a schedule."""
    if not isinstance(value, str):
        raise ValueError('a schedule is text of five fields, such as "*/30 * * * *"')
    return cron.parse(value)


def distribution(value: str) -> str:
    """Return the name of a distribution that kedge knows."""
    if value in FOR_TESTS:
        raise ValueError(
            f"{FOR_TESTS[value]} makes clusters for tests, which are created again and not recovered: kedge supports"
            f" {' and '.join(NAMES)}"
        )
    if value not in NAMES:
        raise ValueError(f"{value!a:.40} is not a supported distribution: kedge supports {' and '.join(NAMES)}")
    return value


def kubernetes(value: object) -> Versions:
    """Return the version of a cluster, or the two of an upgrade: the second is later, by one minor at most."""
    if isinstance(value, str):
        return Versions(_release(value), _release(value))
    if (
        not isinstance(value, dict)
        or value.keys() != {"from", "to"}
        or not all(isinstance(v, str) for v in value.values())
    ):
        raise ValueError(
            f"a version is text such as {example(tables.KUBERNETES)}, or during an upgrade a mapping of `from` and `to`"
        )
    low, high = (_release(value[key]) for key in ("from", "to"))
    if parse(high) <= parse(low):
        raise ValueError(f"an upgrade leads to a later release, and {high} is not later than {low}")
    if parse(high)[1] - parse(low)[1] > 1:
        raise ValueError(f"Kubernetes upgrades one minor at a time, and from {low} to {high} are more")
    return Versions(low, high)


def _release(version: str) -> str:
    if KUBERNETES.fullmatch(version) is None:
        raise ValueError(
            f"Kubernetes {version!a:.40} is not a supported release: {supported('Kubernetes', tables.KUBERNETES)}"
        )
    return version


def pods(value: object) -> int | str:
    """Return a number of pods or a share of them."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_PODS:
        return value
    if isinstance(value, str) and PODS.fullmatch(value):
        return value
    raise ValueError(f"expected a whole number of pods up to {MAX_PODS}, or a percentage such as 50%")


BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


@lru_cache(maxsize=1024)
def recipient(value: str) -> str:
    """Return an age recipient whose checksum holds: a mistyped one would encrypt to nobody (Bech32, BIP 173)."""
    prefix, _, data = value.rpartition("1")
    values = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + [BECH32.index(c) for c in data]
    checksum = 1
    for number in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ number
        for bit, term in enumerate(GENERATOR):
            checksum ^= term if top >> bit & 1 else 0
    if checksum != 1:
        raise ValueError("this recipient is mistyped, its checksum does not hold: copy the line that age-keygen prints")
    return value


def listed(value: object) -> object:
    """Return a list, also for one name without it."""
    return (value,) if isinstance(value, str) else value


def day(value: str) -> str:
    """Return a day that exists."""
    try:
        return datetime.date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError(f"there is no day {value}") from None


def text(value: str) -> str:
    """Return a line of free text that nothing downstream obeys."""
    if not value.strip() or len(value) > TEXT_LIMIT:
        raise ValueError(f"this text must have between 1 and {TEXT_LIMIT} characters")
    wrong = next((c for c in value if not (c.isalnum() or c in TEXT_PUNCTUATION)), None)
    if wrong is not None:
        raise ValueError(f"this text may hold letters, digits and .,:()/+@'- only, not {wrong!a}")
    if "//" in value or "www." in value:
        raise ValueError("this text may not hold a link: it is printed on pages that people trust at night")
    return value


def address(value: str) -> str:
    """Return an IP address in its canonical form."""
    try:
        found = ipaddress.ip_address(value)
    except ValueError:
        raise ValueError(f"{value!a} is not an IP address such as 10.20.0.11") from None
    if "%" in value:
        raise ValueError(f"{value!a} names an interface of one host; write an address that other hosts reach")
    mapped = isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None
    if found.is_loopback or found.is_link_local or found.is_unspecified or found.is_multicast or mapped:
        raise ValueError(f"{value!a} is no address that other hosts reach; write one such as 10.20.0.11")
    return str(found)


def zone(value: str) -> str:
    """Return a canonical IANA time zone."""
    zones.zone(value)
    return value


def branch(value: str) -> str:
    """Return a branch name that Git accepts."""
    if ".." in value or value.endswith((".lock", "/")) or "@{" in value:
        raise ValueError("this is not a branch name that Git accepts")
    return value


def without_slash(value: str) -> str:
    """Return a URL without the slash at its end, so that two ways to write one server are equal."""
    return value.removesuffix("/")


def free_metric_label(value: str) -> str:
    """Return a metric's label that kedge does not select by itself."""
    if value in ("namespace", "cronjob", "schedule"):
        raise ValueError(f"the alerts select by `{value}` already; state a label that only this cluster's series have")
    return value


def certificates(value: str) -> str:
    """Return certificates in PEM that OpenSSL reads."""
    import ssl

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=value)
    except ssl.SSLError:
        raise ValueError("this is no certificate: copy the whole file of the store's CA") from None
    return value
