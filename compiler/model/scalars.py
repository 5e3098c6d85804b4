"""The scalar types of the spec: text in the file, a checked value in the code, one pattern in the JSON Schema."""

import re
from functools import partial
from typing import Annotated

from msgspec import Struct
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    JsonValue,
    PlainValidator,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_after_validator_function

from compiler.distributions.registry import NAMES
from compiler.facts import tables
from compiler.facts.fact import supported
from compiler.model import checks
from compiler.model.checks import MAX_PODS, TEXT_LIMIT, Quantity, Versions
from compiler.model.patterns import (
    AGE_RECIPIENT,
    ANNOTATION_VALUE,
    BASE_PATH,
    BRANCH,
    BUCKET,
    DNS_LABEL_PATTERN,
    DNS_SUBDOMAIN_PATTERN,
    DURATION_PATTERN,
    FINGERPRINT,
    GIT_URL,
    GPG_FINGERPRINT,
    HTTPS_URL,
    IMAGE,
    ISO_DATE,
    JOB,
    KIND_NAME,
    KUBERNETES,
    LABEL_KEY,
    LABEL_NAME,
    METRIC_LABEL,
    OBJECT_PATH,
    PEM_CERTIFICATES,
    PLACE,
    PODS,
    PREFIX,
    QUANTITY_PATTERN,
    REGION,
    SSH_JUMP,
    SSH_PUBLIC_KEY,
    STORE_URL,
    USER_NAME,
    VELERO,
)
from compiler.values import cron, names

SHORT_NAME_LIMIT = 23
CLUSTER_NAME_LIMIT = 30


def _kind(kind: str, **schema: JsonValue) -> object:
    """Say in the JSON Schema what a text is; `kind` becomes the title, which editors and the reference show."""
    return Field(json_schema_extra={"kind": kind, **schema})


class TextFormat(Struct, frozen=True):
    """The format of a text, for the validator and for the JSON Schema: what it is called, its whole pattern, the sentence for a text that
    does not match, and its longest length in characters."""

    kind: str
    pattern: re.Pattern[str]
    message: str
    limit: int = 253

    def check(self, value: str) -> str:
        """Return a text that has the format. Raises ValueError."""
        if len(value) > self.limit or self.pattern.fullmatch(value) is None:
            raise ValueError(self.message)
        return value

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        stated = {"kind": self.kind, "pattern": f"^{self.pattern.pattern}$", "maxLength": self.limit}
        return handler(schema) | stated


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
                {"type": "integer", "minimum": 0, "maximum": MAX_PODS},
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
    str, TextFormat("URL", HTTPS_URL, "expected a URL such as https://s3.example.net, without query or user")
]
StoreUrl = Annotated[
    str,
    TextFormat(
        "URL of a server", STORE_URL, "expected the URL of a server, such as https://s3.example.net, without a path"
    ),
    AfterValidator(checks.without_slash),
]
Region = Annotated[str, TextFormat("region", REGION, "a region is letters, digits and '-', such as eu-west-3", 63)]
UserName = Annotated[
    str,
    TextFormat("user of a host", USER_NAME, "a user has at most 32 lower-case letters, digits, '-' and '_'", 32),
]
SshJump = Annotated[
    str,
    TextFormat("jump host of ssh", SSH_JUMP, "a jump host is written USER@HOST:PORT; user and port may be left out"),
]
GitUrl = Annotated[
    str,
    TextFormat("URL of a Git repository", GIT_URL, "expected a URL such as https://git.example.net/platform/dr.git"),
]
Branch = Annotated[
    str,
    TextFormat("Git branch", BRANCH, "a branch name holds letters, digits, '.', '_', '-' and '/'", 100),
    AfterValidator(checks.branch),
]
BasePath = Annotated[
    str,
    TextFormat("base path", BASE_PATH, "a base is named by its path from this file, such as ../../bases/org.yaml"),
]
Bucket = Annotated[
    str,
    TextFormat("bucket name", BUCKET, "a bucket name has 3 to 63 lower-case letters, digits, '-' and single '.'", 63),
]
Prefix = Annotated[
    str,
    TextFormat(
        "path in a bucket",
        PREFIX,
        "a prefix is lower-case path parts such as dr/payments-eu, without a slash at the ends",
        200,
    ),
]
AgeRecipient = Annotated[
    str,
    TextFormat(
        "age recipient",
        AGE_RECIPIENT,
        "an age recipient is age1 and 58 more characters: the public line that age-keygen prints",
    ),
    AfterValidator(checks.recipient),
]
SshPublicKey = Annotated[
    str,
    TextFormat(
        "ed25519 public key",
        SSH_PUBLIC_KEY,
        "a signer is ssh-ed25519 and 68 more characters: the first two words of the .pub file that ssh-keygen -t ed25519 writes",
    ),
]
Certificates = Annotated[
    str,
    TextFormat(
        "certificates in PEM",
        PEM_CERTIFICATES,
        "expected certificates in PEM, as a block behind `ca: |`: from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----",
        16_384,
    ),
    AfterValidator(checks.certificates),
]
Image = Annotated[
    str,
    TextFormat(
        "image by digest",
        IMAGE,
        "an image is named by digest: registry.example.net/kedge-tools@sha256: and 64 hexadecimal digits",
        400,
    ),
]
Fingerprint = Annotated[
    str, TextFormat("fingerprint", FINGERPRINT, "a fingerprint is sha256: and 64 hexadecimal digits")
]
GpgFingerprint = Annotated[
    str,
    TextFormat(
        "fingerprint of a GnuPG key",
        GPG_FINGERPRINT,
        "a fingerprint is 40 hexadecimal digits in upper case, as `gpg --list-keys` prints it",
    ),
]
Date = Annotated[
    str,
    TextFormat("date", ISO_DATE, "a date is written YEAR-MONTH-DAY, such as 2027-03-01"),
    AfterValidator(checks.day),
]
LabelKey = Annotated[
    str, AfterValidator(names.label_key), _kind("label key", pattern=f"^{LABEL_KEY.pattern}$", maxLength=253)
]
MetricLabel = Annotated[
    str,
    TextFormat("label of a metric", METRIC_LABEL, "expected the name of a Prometheus label, such as cluster", 63),
    AfterValidator(checks.free_metric_label),
]
JobName = Annotated[
    str,
    TextFormat(
        "job of Prometheus", JOB, "expected the value of the label `job`, such as kube-etcd or monitoring/etcd", 200
    ),
]
LabelValue = Annotated[
    str,
    TextFormat("label value", LABEL_NAME, "a label value has at most 63 letters, digits, '-', '_' and '.'", 63),
]
AnnotationValue = Annotated[
    str,
    TextFormat(
        "annotation value",
        ANNOTATION_VALUE,
        "an annotation is one word of letters, digits and . _ : / , = @ + -",
        253,
    ),
]
Place = Annotated[
    str,
    TextFormat("key path", PLACE, "a place is a key path as findings print it, such as spec.etcd.quota", 300),
]
KindName = Annotated[
    str, TextFormat("kind", KIND_NAME, "expected the kind of an object, such as Namespace, or `layer` or `copies`", 63)
]
ObjectPath = Annotated[
    str, TextFormat("name of an object", OBJECT_PATH, "expected a name as the refusal prints it, such as shop-old", 490)
]
DistributionName = Annotated[
    str, AfterValidator(checks.distribution), WithJsonSchema({"type": "string", "enum": list(NAMES)})
]
KubernetesVersions = Annotated[
    Versions,
    PlainValidator(checks.kubernetes),
    WithJsonSchema(
        {
            "kind": "Kubernetes version, or `from` and `to` during an upgrade",
            "anyOf": [
                {"type": "string", "pattern": f"^{KUBERNETES.pattern}$"},
                {
                    "type": "object",
                    "properties": {
                        key: {"type": "string", "pattern": f"^{KUBERNETES.pattern}$"} for key in ("from", "to")
                    },
                    "required": ["from", "to"],
                    "additionalProperties": False,
                },
            ],
        }
    ),
]
"""One version, or the two of an upgrade that is going on."""

VeleroVersion = Annotated[str, TextFormat("Velero version", VELERO, supported("Velero", tables.VELERO))]
