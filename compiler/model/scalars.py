"""The scalar types of the spec: text in the file, a checked value in the code, one pattern in the JSON Schema."""

import re
from functools import partial
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue, PlainValidator, WithJsonSchema

from compiler.model import checks
from compiler.model.checks import MOST_PODS, TEXT_LIMIT, Quantity
from compiler.model.patterns import (
    AGE_RECIPIENT,
    BASE_PATH,
    BRANCH,
    BUCKET,
    DNS_LABEL_PATTERN,
    DNS_SUBDOMAIN_PATTERN,
    DURATION_PATTERN,
    FINGERPRINT,
    GIT_URL,
    HTTPS_URL,
    IMAGE,
    ISO_DATE,
    KUBERNETES,
    KUBERNETES_MINORS,
    LABEL_KEY,
    LABEL_NAME,
    PLACE,
    PODS,
    PREFIX,
    QUANTITY_PATTERN,
    REGION,
    STORE_URL,
    VELERO,
)
from compiler.values import cron, names

SHORT_NAME_LIMIT = 23
CLUSTER_NAME_LIMIT = 30


def _kind(kind: str, **schema: JsonValue) -> object:
    """Say in the JSON Schema what a text is; `kind` becomes the title, which editors and the reference show."""
    return Field(json_schema_extra={"kind": kind, **schema})


def _pattern(kind: str, pattern: re.Pattern[str], limit: int = 253) -> object:
    return _kind(kind, pattern=f"^{pattern.pattern}$", maxLength=limit)


Name = Annotated[str, AfterValidator(names.dns_label), _kind("DNS label", pattern=DNS_LABEL_PATTERN)]
"""A DNS label: lower-case letters, digits and '-', at most 63 characters (RFC 1123)."""

ObjectName = Annotated[
    str, AfterValidator(names.dns_subdomain), _kind("DNS subdomain", pattern=DNS_SUBDOMAIN_PATTERN, maxLength=253)
]
"""The name of a node or of a storage class: DNS labels joined by '.', at most 253 characters (RFC 1123)."""

ShortName = Annotated[
    str,
    AfterValidator(partial(names.dns_label, limit=SHORT_NAME_LIMIT)),
    _kind("DNS label", pattern=DNS_LABEL_PATTERN, maxLength=SHORT_NAME_LIMIT),
]
"""A name that goes into longer ones: a Velero schedule is named after a backup and a location and may have 48 characters."""

ClusterName = Annotated[
    str,
    AfterValidator(partial(names.dns_label, limit=CLUSTER_NAME_LIMIT)),
    _kind("DNS label", pattern=DNS_LABEL_PATTERN, maxLength=CLUSTER_NAME_LIMIT),
]
"""The name of a cluster, which many names are made from."""

NameOrNames = Annotated[
    tuple[Name, ...],
    BeforeValidator(checks.listed),
    Field(strict=False, min_length=1),
    WithJsonSchema(
        {
            "kind": "DNS label, or a list of them",
            "anyOf": [
                {"type": "string", "pattern": DNS_LABEL_PATTERN},
                {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": DNS_LABEL_PATTERN}},
            ],
        }
    ),
]
"""One name, or several in a list; always a list in the code."""

Text = Annotated[str, AfterValidator(checks.text), _kind("text", maxLength=TEXT_LIMIT, minLength=1)]
"""One line of free text for pages: letters, digits and a little punctuation."""

Duration = Annotated[
    int,
    PlainValidator(checks.seconds_of),
    WithJsonSchema({"kind": "duration", "type": "string", "pattern": DURATION_PATTERN}),
]
"""Seconds, written with units: 45s, 30m, 1h30m, 14d, 2w."""

Amount = Annotated[
    Quantity,
    PlainValidator(checks.quantity_of),
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
    PlainValidator(checks.pods),
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
    PlainValidator(checks.cron_of),
    WithJsonSchema({"kind": "cron schedule of five fields", "type": "string", "minLength": 6}),
]
"""A cron schedule in the part of the grammar that every consumer reads alike."""

Zone = Annotated[str, AfterValidator(checks.zone), _kind("IANA time zone", minLength=1)]
"""A canonical IANA time zone."""

Address = Annotated[str, AfterValidator(checks.address), _kind("IP address", minLength=2)]
"""An IPv4 or IPv6 address."""

Url = Annotated[
    str,
    checks.matching(HTTPS_URL, "this must be a URL such as https://s3.example.net, without query or user"),
    _pattern("URL", HTTPS_URL),
]
StoreUrl = Annotated[
    str,
    checks.matching(STORE_URL, "this must be the URL of a server, such as https://s3.example.net, without a path"),
    _pattern("URL of a server", STORE_URL),
]
Region = Annotated[
    str,
    checks.matching(REGION, "a region is letters, digits and '-', such as eu-west-3", 63),
    _pattern("region", REGION, 63),
]
GitUrl = Annotated[
    str,
    checks.matching(GIT_URL, "this must be a URL such as https://git.example.net/platform/dr.git"),
    _pattern("URL of a Git repository", GIT_URL),
]
Branch = Annotated[
    str,
    checks.matching(BRANCH, "a branch name holds letters, digits, '.', '_', '-' and '/'", 100),
    AfterValidator(checks.branch),
    _pattern("Git branch", BRANCH, 100),
]
BasePath = Annotated[
    str,
    checks.matching(BASE_PATH, "a base is named by its path from this file, such as ../../bases/org.yaml"),
    _pattern("base path", BASE_PATH),
]
Bucket = Annotated[
    str,
    checks.matching(BUCKET, "a bucket name has 3 to 63 lower-case letters, digits, '-' and single '.'", 63),
    _pattern("bucket name", BUCKET, 63),
]
Prefix = Annotated[
    str,
    checks.matching(
        PREFIX, "a prefix is lower-case path parts such as dr/payments-eu, without a slash at the ends", 200
    ),
    _pattern("path in a bucket", PREFIX, 200),
]
AgeRecipient = Annotated[
    str,
    checks.matching(
        AGE_RECIPIENT, "an age recipient is age1 and 58 more characters: the public line that age-keygen prints"
    ),
    AfterValidator(checks.recipient),
    _pattern("age recipient", AGE_RECIPIENT),
]
Image = Annotated[
    str,
    checks.matching(
        IMAGE, "an image is named by digest: registry.example.net/kedge-tools@sha256: and 64 hexadecimal digits", 400
    ),
    _pattern("image by digest", IMAGE, 400),
]
Fingerprint = Annotated[
    str,
    checks.matching(FINGERPRINT, "a fingerprint is sha256: and 64 hexadecimal digits"),
    _pattern("fingerprint", FINGERPRINT),
]
Date = Annotated[
    str,
    checks.matching(ISO_DATE, "a date is written YEAR-MONTH-DAY, such as 2027-03-01"),
    AfterValidator(checks.day),
    _pattern("date", ISO_DATE),
]
LabelKey = Annotated[str, AfterValidator(names.label_key), _pattern("label key", LABEL_KEY)]
LabelValue = Annotated[
    str,
    checks.matching(LABEL_NAME, "a label value has at most 63 letters, digits, '-', '_' and '.'", 63),
    _pattern("label value", LABEL_NAME, 63),
]
Place = Annotated[
    str,
    checks.matching(PLACE, "a place is a key path as findings are printed with, such as spec.etcd.quota", 300),
    _pattern("key path", PLACE, 300),
]
KubernetesVersion = Annotated[
    str,
    checks.matching(
        KUBERNETES,
        f"kedge is made for Kubernetes {', '.join(KUBERNETES_MINORS)}: give the version with its patch, such as 1.35.4",
    ),
    _pattern("Kubernetes version", KUBERNETES),
]
VeleroVersion = Annotated[
    str,
    checks.matching(VELERO, "kedge is made for Velero 1.18: give the version with its patch, such as 1.18.3"),
    _pattern("Velero version", VELERO),
]
