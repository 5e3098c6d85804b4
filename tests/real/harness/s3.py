"""An S3 server over a folder (versitygw) with versioning, Object Lock and accounts; clients are `curl --aws-sigv4`.

Three accounts, as a spec knows them: `WRITER` may put and nothing else, `READER` may get and list, `ROOT` owns the buckets.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.real.harness.apiserver import checked
from tests.real.harness.netns import Namespace
from tests.real.harness.process import Process, until
from tests.real.harness.tls import Endpoint
from tests.real.harness.toolchain import debian, tool

PORT = 7070
LOCAL = Endpoint("127.0.0.1", "127.0.0.1", PORT)
REGION = "us-east-1"


@dataclass(frozen=True)
class Account:
    access: str
    secret: str


ROOT = Account("root", "root-secret")
WRITER = Account("writer", 'write/+="only\\')  # what a provider's secret may hold, and what a script may trip over
READER = Account("reader", "read-secret")


@dataclass(frozen=True)
class Lock:
    """A bucket's default retention; mode is GOVERNANCE or COMPLIANCE."""

    mode: str
    days: int


@dataclass(frozen=True)
class Answer:
    """HTTP status (0 without an answer), headers as text, body."""

    status: int
    headers: str
    body: bytes

    def header(self, name: str) -> str:
        """A header's value; an absent one is an error."""
        found = re.findall(rf"(?im)^{name}: *(.*?)\r?$", self.headers)
        return str(found[-1])


class S3:
    """The server process; `endpoint` says where it listens, and with which certificate."""

    process: Process

    def __init__(self, namespace: Namespace, endpoint: Endpoint = LOCAL, region: str = REGION) -> None:
        self.namespace = namespace
        self.endpoint = endpoint
        self.url = endpoint.url
        self.region = region
        self.folder = namespace.folder / f"s3-{endpoint.port}"

    def start(self) -> S3:
        """Starts it, with its objects if it has some, and waits until it answers; the first start makes the accounts."""
        fresh = not self.folder.exists()
        folders = {name: self.folder / name for name in ("objects", "versions", "accounts", "metadata")}
        for folder in folders.values():
            folder.mkdir(parents=True, exist_ok=True)
        listen = f"{self.endpoint.address}:{self.endpoint.port}"
        command: list[str | Path] = [tool("versitygw"), "--region", self.region, "--quiet", "--port", listen]
        if pair := self.endpoint.pair:
            command += ["--cert", pair.certificate, "--key", pair.key]
        command += ["--iam-dir", folders["accounts"], "posix", "--versioning-dir", folders["versions"]]
        # Metadata as files: extended attributes are not to be had on every file system.
        command += ["--sidecar", folders["metadata"], folders["objects"]]
        environment = {"ROOT_ACCESS_KEY_ID": ROOT.access, "ROOT_SECRET_ACCESS_KEY": ROOT.secret}
        self.process = self.namespace.start(self.folder.name, command, environment)
        until(lambda: self.request("GET", "").status == 200, "S3 serves", self.process)
        for account in (WRITER, READER) if fresh else ():
            self._create_account(account)
        return self

    def create_bucket(self, name: str, lock: Lock | None = None, versioned: bool = True) -> None:
        """Makes a bucket with the policy of the two accounts, and a default retention when a lock is given."""
        headers = {"x-amz-bucket-object-lock-enabled": "true"} if lock else {}
        self._expect("PUT", name, headers=headers)
        if versioned:
            enabled = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
            self._expect("PUT", name, query="versioning=", body=enabled)
        if lock:
            retention = f"<DefaultRetention><Mode>{lock.mode}</Mode><Days>{lock.days}</Days></DefaultRetention>"
            rule = f"<ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule>{retention}</Rule>"
            configuration = f"<ObjectLockConfiguration>{rule}</ObjectLockConfiguration>"
            self._expect("PUT", name, query="object-lock=", body=configuration.encode())
        self._expect("PUT", name, query="policy=", body=_policy(name))

    def request(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        body: bytes = b"",
        account: Account = ROOT,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One signed request; every status is an answer, and 0 is no answer.

        Parts of `query` need their `=` and alphabetical order: curl signs it as written.
        """
        received = {name: self.folder / name for name in ("headers", "answer")}
        for file in received.values():
            file.write_bytes(b"")
        digest = hashlib.sha256(body)
        sent = {"x-amz-content-sha256": digest.hexdigest(), "content-type": "application/octet-stream"}
        command = [*self._client(account), "-X", method, "-w", "%{http_code}"]
        command += ["-D", received["headers"], "-o", received["answer"]]
        if method == "PUT":
            (self.folder / "body").write_bytes(body)
            command += ["--data-binary", f"@{self.folder / 'body'}"]
            sent["x-amz-checksum-sha256"] = base64.b64encode(digest.digest()).decode()  # Object Lock wants one
        command += [word for name, value in {**sent, **(headers or {})}.items() for word in ("-H", f"{name}: {value}")]
        done = self.namespace.run([*command, f"{self.url}/{path}{'?' + query if query else ''}"])
        return Answer(int(done.stdout), received["headers"].read_text(), received["answer"].read_bytes())

    def keys(self, bucket: str, prefix: str = "") -> list[str]:
        """The keys of the objects in a bucket."""
        query = f"list-type=2&prefix={prefix.replace('/', '%2F')}"
        answer = self._expect("GET", bucket, query=query, account=READER)
        return re.findall(r"<Key>(.*?)</Key>", answer.body.decode())

    def fetch(self, bucket: str, key: str) -> bytes:
        """An object's content, with the reader's credential."""
        return self._expect("GET", f"{bucket}/{key}", account=READER).body

    def _client(self, account: Account) -> list[str | Path]:
        # Credentials come by a file, not by the command line, which any process could read.
        secret = account.secret.replace("\\", "\\\\").replace('"', '\\"')
        credentials = self.folder / f"{account.access}.curl"
        credentials.write_text(f'user = "{account.access}:{secret}"\n')
        trust = ["--cacert", str(self.endpoint.authority)] if self.endpoint.authority else []
        sign = ["--config", str(credentials), "--aws-sigv4", f"aws:amz:{self.region}:s3"]
        return [debian("curl"), "-sS", "--max-time", "30", *sign, *trust]

    def _create_account(self, account: Account) -> None:
        user = ["--access", account.access, "--secret", account.secret, "--role", "user"]
        admin = {"ADMIN_ACCESS_KEY_ID": ROOT.access, "ADMIN_SECRET_ACCESS_KEY": ROOT.secret}
        insecure = ["--allow-insecure"] if self.endpoint.pair else []
        command: list[str | Path] = [
            tool("versitygw"),
            "admin",
            "--endpoint-url",
            self.url,
            *insecure,
            "create-user",
            *user,
        ]
        checked(self.namespace.run(command, env={**admin, "ADMIN_REGION": self.region}))

    def _expect(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        body: bytes = b"",
        account: Account = ROOT,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """A request that must succeed."""
        answer = self.request(method, path, query=query, body=body, account=account, headers=headers)
        if answer.status not in (200, 204):
            raise RuntimeError(f"S3 answered {answer.status} to {method} {path}?{query}: {answer.body.decode()}")
        return answer


def _policy(bucket: str) -> bytes:
    """The writer puts, the reader gets and lists; nothing else is allowed to either."""
    whole, objects = f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"
    reads = ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectRetention"]
    lists = ["s3:ListBucket", "s3:ListBucketVersions"]
    statements = [(WRITER, ["s3:PutObject"], objects), (READER, reads, objects), (READER, lists, whole)]
    document = [
        {"Effect": "Allow", "Principal": {"AWS": [account.access]}, "Action": actions, "Resource": [resource]}
        for account, actions, resource in statements
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": document}).encode()
