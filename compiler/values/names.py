"""Names and free text: what Kubernetes admits as a name, and which characters may not stand in a text.

Each check returns its text unchanged or raises ValueError with one sentence.
"""

import re
import unicodedata

DNS_LABEL_LIMIT = 63
"""RFC 1123 label; apimachinery util/validation DNS1123LabelMaxLength."""

DNS_SUBDOMAIN_LIMIT = 253
"""RFC 1123 subdomain; apimachinery util/validation DNS1123SubdomainMaxLength."""

LABEL_VALUE_LIMIT = 63
"""Label values and the name part of a label key; apimachinery util/validation."""

CRONJOB_NAME_LIMIT = 52
"""A Job is named <cronjob>-<minutes since 1970>, 11 characters more, and must fit a label (batch/v1 validation)."""

VELERO_SCHEDULE_NAME_LIMIT = 48
"""A Backup is named <schedule>-<YYYYMMDDhhmmss>, 15 characters more, and must fit a label (velero TimestampedName)."""

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_DNS_LABEL = re.compile(_LABEL, re.ASCII)
_DNS_SUBDOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})*", re.ASCII)
_LABEL_NAME = re.compile("[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?", re.ASCII)

# Controls (C0, C1), unpaired surrogates, line separators, and all that is invisible or reorders text: Unicode's
# Default_Ignorable_Code_Point, bidirectional controls and tag characters, save the emoji selectors FE0E and FE0F.
_REFUSED = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def dns_label(text: str, limit: int = DNS_LABEL_LIMIT) -> str:
    """A DNS label: namespace, host, container, and (with their own limits) CronJob and Velero schedule names."""
    rule = "lower-case letters, digits and '-', beginning and ending with a letter or digit, such as payments-eu"
    return _checked(text, limit, _DNS_LABEL, rule)


def dns_subdomain(text: str, limit: int = DNS_SUBDOMAIN_LIMIT) -> str:
    """A DNS subdomain: the name of most objects."""
    return _checked(text, limit, _DNS_SUBDOMAIN, "DNS labels joined by '.', such as payments.example.net")


def label_value(text: str) -> str:
    """A label value; may be empty."""
    rule = "letters, digits, '-', '_' and '.', beginning and ending with a letter or digit, such as team-a"
    return _checked(text, LABEL_VALUE_LIMIT, _LABEL_NAME, rule) if text else text


def label_key(text: str) -> str:
    """A label or annotation key: a name of at most 63 characters, with a DNS subdomain and '/' in front if wanted."""
    prefix, slash, name = text.rpartition("/")
    if slash:
        dns_subdomain(prefix)
    _checked(name, LABEL_VALUE_LIMIT, _LABEL_NAME, "a name with a prefix if wanted, such as example.net/team")
    return text


def clean_text(text: str) -> str | None:
    """The first character of a one-line text that is refused, as `U+202E RIGHT-TO-LEFT OVERRIDE`, or None.

    Refused: control characters (line feed and tab too), bidirectional controls, zero-width and other invisible
    characters, tag characters, line separators, unpaired surrogates.
    """
    match = _REFUSED.search(text)
    if match is None:
        return None
    return f"U+{ord(match[0]):04X} {unicodedata.name(match[0], _kind(match[0]))}"


def _kind(character: str) -> str:
    kinds = {"Cc": "CONTROL CHARACTER", "Cs": "UNPAIRED SURROGATE"}
    return kinds.get(unicodedata.category(character), "INVISIBLE CHARACTER")


def _checked(text: str, limit: int, pattern: re.Pattern[str], rule: str) -> str:
    if len(text) > limit:
        raise ValueError(f"name {text[:limit]!r}... has {len(text)} characters and may have {limit}; shorten it")
    if pattern.fullmatch(text) is None:
        raise ValueError(f"name {text!r} is not admitted by Kubernetes; write {rule}")
    return text
