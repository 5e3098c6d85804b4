"""The patterns of the spec's texts, in the part of the grammar that Python, Rust and JavaScript read alike."""

import re

from compiler.facts import tables
from compiler.facts.fact import minors

DNS_SUBDOMAIN_PATTERN = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
DURATION_PATTERN = "^(?=.)" + "".join(f"([0-9]{{1,10}}{unit})?" for unit in "wdhms") + "$"
QUANTITY_PATTERN = r"^\+?([0-9]+(\.[0-9]*)?|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$"
DNS_LABEL_PATTERN = r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"
AGE_RECIPIENT = re.compile(r"age1[02-9ac-hj-np-z]{58}")
SSH_PUBLIC_KEY = re.compile(r"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[A-Za-z0-9+/]{43}")
"""Type and 51 bytes in base64: the name of the type, then 32 bytes of the key (RFC 8709), without the comment."""
PEM_CERTIFICATES = re.compile(r"(-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=]+\n)+-----END CERTIFICATE-----\n?)+")
IMAGE = re.compile(r"[a-z0-9][a-z0-9.\-]*(:[0-9]+)?(/[a-z0-9][a-z0-9._\-]*)+@sha256:[0-9a-f]{64}")
BUCKET = re.compile(r"(?!.*\.\.)[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]")
PREFIX = re.compile(r"(?!.*\.\.)[a-z0-9][a-z0-9._\-]*(/[a-z0-9][a-z0-9._\-]*)*")
PORT = "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
HOST = rf"[a-z0-9]([a-z0-9.\-]*[a-z0-9])?(:{PORT})?"
ANY_CASE_HOST = HOST.replace("a-z", "A-Za-z")
SEGMENT = r"/[A-Za-z0-9_~\-][A-Za-z0-9._~\-]*"  # does not begin with a dot, so that no path climbs
STORE_URL = re.compile(rf"https?://{HOST}/?")
USER = r"[a-z][a-z0-9_\-]{0,31}"
USER_NAME = re.compile(USER)
SSH_JUMP = re.compile(rf"({USER}@)?{HOST}")
REGION = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-]*")
HTTPS_URL = re.compile(rf"https?://{ANY_CASE_HOST}({SEGMENT})*/?")
"""Names of hosts are the same in any case, and some providers write those of their endpoints in capitals."""
GIT_URL = re.compile(rf"(https?|ssh)://([a-z0-9\-]+@)?{HOST}({SEGMENT})+")
BASE_PATH = re.compile(r"(\.{1,2}/)*[A-Za-z0-9_][A-Za-z0-9._\-]*(/[A-Za-z0-9_][A-Za-z0-9._\-]*)*")
BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]*(/[A-Za-z0-9][A-Za-z0-9._\-]*)*")
ISO_DATE = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
FINGERPRINT = re.compile(r"sha256:[0-9a-f]{64}")
GPG_FINGERPRINT = re.compile(r"[0-9A-F]{40}")
KIND_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")
OBJECT_PATH = re.compile(r"[a-z0-9][a-z0-9._:\-]*(/[a-z0-9][a-z0-9._:\-]*)*")
"""A name, the path of a file or of a layer, or a place in a bucket behind the name of its location."""
PLACE = re.compile(r'(spec|metadata)(\.[A-Za-z0-9_\-]+|\[[0-9]{1,9}\]|\["[A-Za-z0-9_./\-]+"\])*')
JOB = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:\-]*(/[A-Za-z0-9][A-Za-z0-9._:\-]*)*")
"""Value of the label `job`: a name, or namespace/name as the Prometheus operator writes it."""
METRIC_LABEL = re.compile(r"[a-zA-Z][a-zA-Z0-9_]*")
LABEL_KEY = re.compile(r"([a-z0-9]([a-z0-9.\-]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
PATCH = r"\.(0|[1-9][0-9]{0,2})"
"""The patch of a release behind its minor: every patch of a supported minor is one statement about schemas."""
KUBERNETES = re.compile(rf"({'|'.join(map(re.escape, minors(tables.KUBERNETES)))}){PATCH}")
VELERO = re.compile(rf"({'|'.join(map(re.escape, minors(tables.VELERO)))}){PATCH}")
PODS = re.compile(r"(100|[1-9]?[0-9])%")
LABEL_NAME = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")
ANNOTATION_VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:,=@+\-]*(/[A-Za-z0-9][A-Za-z0-9._:,=@+\-]*)*")
"""One word without what a page, a shell or a template of a GitOps engine could read."""
