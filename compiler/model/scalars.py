"""The scalar types of the spec: text in the file, a checked value in the code, one pattern in the JSON Schema."""

import datetime
import ipaddress
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue, PlainValidator, WithJsonSchema

from compiler.model.patterns import (
    AGE_RECIPIENT,
    BASE_PATH,
    BRANCH,
    BUCKET,
    DNS_LABEL_PATTERN,
    DURATION_PATTERN,
    FINGERPRINT,
    GIT_URL,
    HTTPS_URL,
    IMAGE,
    ISO_DATE,
    KUBERNETES,
    LABEL_KEY,
    LABEL_NAME,
    PLACE,
    PODS,
    PREFIX,
    QUANTITY_PATTERN,
    VELERO,
)
from compiler.values import cron, duration, names, quantity, zones

# Free text reaches pages only. Letters and digits of any script, and punctuation that means nothing to Markdown, HTML or a shell.
TEXT_PUNCTUATION = frozenset(" .,:()/+@'-")
TEXT_LIMIT = 120
MOST_PODS = 10000
SHORT_NAME_LIMIT = 23


@dataclass(frozen=True, slots=True)
class Quantity:
    """A Kubernetes quantity: `text` as apimachinery prints it, `amount` in cores, bytes or pieces."""

    text: str
    amount: Decimal


def _quantity(value: object) -> Quantity:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError("a quantity is a number with an optional suffix, such as 500m, 2 or 16Gi")
    text = str(value)
    amount = quantity.parse(text)
    if amount < 0:
        raise ValueError(f"quantity {text!r} is negative; write zero or more, such as 500m")
    return Quantity(quantity.canonical(text), amount)


def _duration(value: object) -> int:
    if not isinstance(value, str):
        raise ValueError("a duration needs a unit, such as 30m, 1h or 14d")
    seconds = duration.parse(value)
    if seconds == 0:
        raise ValueError(f"duration {value!r} is no time at all; write one second or more")
    return seconds


def _cron(value: object) -> cron.Cron:
    if not isinstance(value, str):
        raise ValueError('a schedule is text of five fields, such as "*/30 * * * *"')
    return cron.parse(value)


def _matching(pattern: re.Pattern[str], sentence: str, limit: int = 253) -> AfterValidator:
    def check(value: str) -> str:
        if len(value) > limit or pattern.fullmatch(value) is None:
            raise ValueError(sentence)
        return value

    return AfterValidator(check)


def _pods(value: object) -> int | str:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_PODS:
        return value
    if isinstance(value, str) and PODS.fullmatch(value):
        return value
    raise ValueError(f"expected a whole number of pods up to {MOST_PODS}, or a percentage such as 50%")


def _listed(value: object) -> object:
    """One name may stand without its list."""
    return (value,) if isinstance(value, str) else value


def _date(value: str) -> str:
    try:
        return datetime.date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError(f"there is no day {value}") from None


def _text(value: str) -> str:
    if not value.strip() or len(value) > TEXT_LIMIT:
        raise ValueError(f"this text must have between 1 and {TEXT_LIMIT} characters")
    wrong = next((c for c in value if not (c.isalnum() or c in TEXT_PUNCTUATION)), None)
    if wrong is not None:
        raise ValueError(f"this text may hold letters, digits and .,:()/+@'- only, not {wrong!a}")
    if "//" in value or "www." in value:
        raise ValueError("this text may not hold a link: it is printed on pages that people trust at night")
    return value


def _address(value: str) -> str:
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        raise ValueError(f"{value!a} is not an IP address such as 10.20.0.11") from None


def _zone(value: str) -> str:
    zones.zone(value)
    return value


def _branch(value: str) -> str:
    if ".." in value or value.endswith((".lock", "/")) or "@{" in value:
        raise ValueError("this is not a branch name that Git accepts")
    return value


def _kind(kind: str, **schema: JsonValue) -> object:
    """Say in the JSON Schema what a text is; `kind` becomes the title, which editors and the reference show."""
    return Field(json_schema_extra={"kind": kind, **schema})


def _pattern(kind: str, pattern: re.Pattern[str], limit: int = 253) -> object:
    return _kind(kind, pattern=f"^{pattern.pattern}$", maxLength=limit)


Name = Annotated[str, AfterValidator(names.dns_label), _kind("name", pattern=DNS_LABEL_PATTERN)]
"""A DNS label: lower-case letters, digits and '-', at most 63 characters (RFC 1123)."""

ShortName = Annotated[Name, Field(max_length=SHORT_NAME_LIMIT)]
"""A name that goes into longer ones: a Velero schedule is named after a backup and a location and may have 48 characters."""

NameOrNames = Annotated[
    tuple[Name, ...],
    BeforeValidator(_listed),
    Field(strict=False, min_length=1),
    WithJsonSchema(
        {
            "kind": "name, or a list of names",
            "anyOf": [
                {"type": "string", "pattern": DNS_LABEL_PATTERN},
                {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": DNS_LABEL_PATTERN}},
            ],
        }
    ),
]
"""One name, or several in a list; always a list in the code."""

Text = Annotated[str, AfterValidator(_text), _kind("text", maxLength=TEXT_LIMIT, minLength=1)]
"""One line of free text for pages: letters, digits and a little punctuation."""

Duration = Annotated[
    int,
    PlainValidator(_duration),
    WithJsonSchema({"kind": "duration", "type": "string", "pattern": DURATION_PATTERN}),
]
"""Seconds, written with units: 45s, 30m, 1h30m, 14d, 2w."""

Amount = Annotated[
    Quantity,
    PlainValidator(_quantity),
    WithJsonSchema(
        {
            "kind": "quantity",
            "anyOf": [{"type": "string", "pattern": QUANTITY_PATTERN}, {"type": "number", "minimum": 0}],
        }
    ),
]
"""A Kubernetes quantity: 500m, 2, 16Gi."""

Pods = Annotated[
    int | str,
    PlainValidator(_pods),
    WithJsonSchema(
        {
            "kind": "number of pods, or a percentage of them",
            "anyOf": [
                {"type": "integer", "minimum": 0, "maximum": MOST_PODS},
                {"type": "string", "pattern": f"^{PODS.pattern}$"},
            ],
        }
    ),
]
"""A number of pods, or a share of them: 1, 50%."""

Schedule = Annotated[
    cron.Cron,
    PlainValidator(_cron),
    WithJsonSchema({"kind": "cron schedule of five fields", "type": "string", "minLength": 6}),
]
"""A cron schedule in the part of the grammar that every consumer reads alike."""

Zone = Annotated[str, AfterValidator(_zone), _kind("IANA time zone", minLength=1)]
"""A canonical IANA time zone."""

Address = Annotated[str, AfterValidator(_address), _kind("IP address", minLength=2)]
"""An IPv4 or IPv6 address."""

Url = Annotated[
    str,
    _matching(HTTPS_URL, "this must be a URL such as https://s3.example.net, without query or user"),
    _pattern("URL", HTTPS_URL),
]
GitUrl = Annotated[
    str,
    _matching(GIT_URL, "this must be a URL such as https://git.example.net/platform/dr.git"),
    _pattern("URL of a Git repository", GIT_URL),
]
Branch = Annotated[
    str,
    _matching(BRANCH, "a branch name holds letters, digits, '.', '_', '-' and '/'", 100),
    AfterValidator(_branch),
    _pattern("branch", BRANCH, 100),
]
BasePath = Annotated[
    str,
    _matching(BASE_PATH, "a base is named by its path from this file, such as ../../bases/org.yaml"),
    _pattern("path of a base", BASE_PATH),
]
Bucket = Annotated[
    str,
    _matching(BUCKET, "a bucket name has 3 to 63 lower-case letters, digits, '-' and single '.'", 63),
    _pattern("bucket", BUCKET, 63),
]
Prefix = Annotated[
    str,
    _matching(PREFIX, "a prefix is lower-case path parts such as dr/payments-eu, without a slash at the ends", 200),
    _pattern("path in a bucket", PREFIX, 200),
]
AgeRecipient = Annotated[
    str,
    _matching(AGE_RECIPIENT, "an age recipient is age1 and 58 more characters: the public line that age-keygen prints"),
    _pattern("age recipient", AGE_RECIPIENT),
]
Image = Annotated[
    str,
    _matching(
        IMAGE, "an image is named by digest: registry.example.net/kedge-tools@sha256: and 64 hexadecimal digits", 400
    ),
    _pattern("image by digest", IMAGE, 400),
]
Fingerprint = Annotated[
    str,
    _matching(FINGERPRINT, "a fingerprint is sha256: and 64 hexadecimal digits"),
    _pattern("fingerprint", FINGERPRINT),
]
Date = Annotated[
    str,
    _matching(ISO_DATE, "a date is written YEAR-MONTH-DAY, such as 2027-03-01"),
    AfterValidator(_date),
    _pattern("date", ISO_DATE),
]
LabelKey = Annotated[str, AfterValidator(names.label_key), _pattern("label key", LABEL_KEY)]
LabelValue = Annotated[
    str,
    _matching(LABEL_NAME, "a label value has at most 63 letters, digits, '-', '_' and '.'", 63),
    _pattern("label value", LABEL_NAME, 63),
]
Place = Annotated[
    str,
    _matching(PLACE, "a place is a key path as findings are printed with, such as spec.etcd.quota", 300),
    _pattern("key path", PLACE, 300),
]
KubernetesVersion = Annotated[
    str,
    _matching(KUBERNETES, "kedge is made for Kubernetes 1.35: give the version with its patch, such as 1.35.4"),
    _pattern("version", KUBERNETES),
]
VeleroVersion = Annotated[
    str,
    _matching(VELERO, "kedge is made for Velero 1.18: give the version with its patch, such as 1.18.3"),
    _pattern("version", VELERO),
]
