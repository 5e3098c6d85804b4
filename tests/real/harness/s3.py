"""An S3 server over a folder (versitygw) with versioning, Object Lock and accounts; clients are `curl --aws-sigv4`."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.real.harness.apiserver import checked
from tests.real.harness.netns import Namespace
from tests.real.harness.process import until
from tests.real.harness.tls import Endpoint
from tests.real.harness.toolchain import tool

PORT = 7070
URL = f"http://127.0.0.1:{PORT}"
REGION = "us-east-1"


@dataclass(frozen=True)
class Account:
    access: str
    secret: str


@dataclass(frozen=True)
class Lock:
    """A bucket's default retention; mode is GOVERNANCE or COMPLIANCE."""

    mode: str
    days: int


@dataclass(frozen=True)
class Answer:
    status: int
    body: str


class S3:
    """The server; `root` owns every bucket, other accounts may do what `allow` says and nothing else."""

    def __init__(self, namespace: Namespace, endpoint: Endpoint | None = None, region: str = REGION) -> None:
        self.namespace = namespace
        self.endpoint = endpoint
        self.region = region
        self.url = endpoint.url if endpoint else URL
        self.root = Account("root", secrets.token_hex())
        self._folder = namespace.folder / "s3"

    def start(self) -> None:
        folders = {name: self._folder / name for name in ("objects", "versions", "accounts", "metadata")}
        for folder in folders.values():
            folder.mkdir(parents=True)
        command: list[str | Path] = [tool("versitygw"), "--region", self.region, "--quiet"]
        if self.endpoint is None:
            command += ["--port", f"127.0.0.1:{PORT}"]
        else:
            pair = self.endpoint.pair
            command += ["--port", f"{self.endpoint.address}:443", "--cert", pair.certificate, "--key", pair.key]
        command += ["--iam-dir", folders["accounts"], "posix", "--versioning-dir", folders["versions"]]
        # Metadata as files: extended attributes are not to be had on every file system.
        command += ["--sidecar", folders["metadata"], folders["objects"]]
        environment = {"ROOT_ACCESS_KEY_ID": self.root.access, "ROOT_SECRET_ACCESS_KEY": self.root.secret}
        self.process = self.namespace.start("s3", command, environment)

    def wait(self) -> float:
        """Waits until it answers; seconds."""
        return until(lambda: self.request("GET", "/").status == 200, "S3 serves", self.process)

    def create_bucket(self, name: str, lock: Lock | None = None) -> None:
        """Makes a versioned bucket, with a default retention for every object when a lock is given."""
        headers = {"x-amz-bucket-object-lock-enabled": "true"} if lock else {}
        self._expect(self.request("PUT", f"/{name}", headers=headers))
        enabled = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
        self._expect(self.request("PUT", f"/{name}?versioning=", enabled))
        if lock:
            retention = f"<DefaultRetention><Mode>{lock.mode}</Mode><Days>{lock.days}</Days></DefaultRetention>"
            enabled = f"<ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule>{retention}</Rule>"
            configuration = f"<ObjectLockConfiguration>{enabled}</ObjectLockConfiguration>"
            self._expect(self.request("PUT", f"/{name}?object-lock=", configuration))

    def create_account(self, name: str) -> Account:
        """Makes an account that may do nothing yet."""
        account = Account(name, secrets.token_hex())
        user = ["--access", account.access, "--secret", account.secret, "--role", "user"]
        admin = {"ADMIN_ACCESS_KEY_ID": self.root.access, "ADMIN_SECRET_ACCESS_KEY": self.root.secret}
        command: list[str | Path] = [tool("versitygw"), "admin", "--endpoint-url", self.url, "create-user", *user]
        checked(self.namespace.run(command, env={**admin, "ADMIN_REGION": self.region}))
        return account

    def allow(self, bucket: str, account: Account, *actions: str) -> None:
        """Sets the bucket's policy: the account may do these actions (`s3:PutObject`) on objects, and no others."""
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": [account.access]},
            "Action": actions,
            "Resource": [f"arn:aws:s3:::{bucket}/*"],
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self._expect(self.request("PUT", f"/{bucket}?policy=", policy))

    def request(
        self,
        method: str,
        path: str,
        body: str | Path | None = None,
        account: Account | None = None,
        headers: Mapping[str, str] | None = None,
        output: Path | None = None,
    ) -> Answer:
        """One signed request, as root unless told otherwise; every status is an answer, and 0 is no answer.

        A query needs its `=` (`/bucket?versioning=`) and its parts in alphabetical order: curl signs it as written.
        `output` takes a body that is no text.
        """
        # Credentials come by a file, not by the command line, which any process could read.
        who = account or self.root
        credentials = self._folder / f"{who.access}.curl"
        credentials.write_text(f'user = "{who.access}:{who.secret}"\n')
        command: list[str | Path] = [
            "curl",
            "--silent",
            "--write-out",
            "%{stderr}%{http_code}",
            "--config",
            credentials,
        ]
        command += ["--aws-sigv4", f"aws:amz:{self.region}:s3"]
        command += ["--head"] if method == "HEAD" else ["--request", method]
        if output is not None:
            command += ["--output", output]
        digest = _digest(body)
        sent = {"x-amz-content-sha256": digest.hex(), "Content-Type": "application/octet-stream"}
        if body is not None:
            sent["x-amz-checksum-sha256"] = b64encode(digest).decode()
            command += ["--data-binary", f"@{body}" if isinstance(body, Path) else "@-"]
        for name, value in {**sent, **(headers or {})}.items():
            command += ["--header", f"{name}: {value}"]
        done = self.namespace.run([*command, self.url + path], input=body if isinstance(body, str) else None)
        return Answer(int(done.stderr), done.stdout)

    @staticmethod
    def _expect(answer: Answer) -> None:
        if answer.status not in (200, 204):
            raise RuntimeError(f"S3 answered {answer.status}: {answer.body}")


def _digest(body: str | Path | None) -> bytes:
    if isinstance(body, Path):
        with body.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").digest()
    return hashlib.sha256((body or "").encode()).digest()
