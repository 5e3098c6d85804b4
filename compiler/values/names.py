"""Names: what Kubernetes admits.

Each check returns its text unchanged or raises ValueError with one sentence.
"""

import re

DNS_LABEL_LIMIT = 63
"""RFC 1123 label; apimachinery util/validation DNS1123LabelMaxLength."""

DNS_SUBDOMAIN_LIMIT = 253
"""RFC 1123 subdomain; apimachinery util/validation DNS1123SubdomainMaxLength."""

LABEL_VALUE_LIMIT = 63
"""Label values and the name part of a label key; apimachinery util/validation."""

VELERO_SCHEDULE_NAME_LIMIT = 48
"""A Backup is named <schedule>-<YYYYMMDDhhmmss>, 15 characters more, and must fit a label (velero TimestampedName)."""

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_DNS_LABEL = re.compile(_LABEL, re.ASCII)
_DNS_SUBDOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})*", re.ASCII)
_LABEL_NAME = re.compile("[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?", re.ASCII)


def dns_label(text: str, limit: int = DNS_LABEL_LIMIT) -> str:
    """A DNS label: namespace, host, container, and (with its own limit) Velero schedule."""
    rule = "lower-case letters, digits and '-', beginning and ending with a letter or digit, such as payments-eu"
    return _checked(text, limit, _DNS_LABEL, rule)


def dns_subdomain(text: str, limit: int = DNS_SUBDOMAIN_LIMIT) -> str:
    """A DNS subdomain: the name of most objects."""
    return _checked(text, limit, _DNS_SUBDOMAIN, "DNS labels joined by '.', such as payments.example.net")


def label_key(text: str) -> str:
    """A label or annotation key: a name of at most 63 characters, with a DNS subdomain and '/' in front if wanted."""
    prefix, slash, name = text.rpartition("/")
    if slash:
        dns_subdomain(prefix)
    _checked(name, LABEL_VALUE_LIMIT, _LABEL_NAME, "a name with a prefix if wanted, such as example.net/team")
    return text


def _checked(text: str, limit: int, pattern: re.Pattern[str], rule: str) -> str:
    if len(text) > limit:
        raise ValueError(f"name {text[:limit]!r}... has {len(text)} characters and may have {limit}; shorten it")
    if pattern.fullmatch(text) is None:
        raise ValueError(f"name {text!r} is not admitted by Kubernetes; write {rule}")
    return text
