"""An S3 server with one locked bucket and two people: `writer` may only put, `reader` may get and list.

Requests are curl command lines as a person would type them, from inside the test bed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from tests.real.harness.netns import Namespace
from tests.real.harness.process import Process, until
from tests.real.harness.tls import Pair
from tests.real.harness.toolchain import debian, tool

REGION = "eu-test-1"
BUCKET = "kedge-test"
SECRETS = {"root": "root-secret", "writer": 'write/+="only\\', "reader": "read-secret"}
_LOCK = (
    "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>"
    "<Mode>COMPLIANCE</Mode><Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>"
)


@dataclass(frozen=True)
class Answer:
    """HTTP status, headers as text, body."""

    status: int
    headers: str
    body: bytes

    def header(self, name: str) -> str:
        """A header's value; an absent one is an error."""
        found = re.findall(rf"(?im)^{name}: *(.*?)\r?$", self.headers)
        return str(found[-1])


class Store:
    """The server process and its bucket; `port` and a certificate are the caller's choice."""

    def __init__(
        self, namespace: Namespace, port: int, pair: Pair | None = None, authority: Path | None = None
    ) -> None:
        self.namespace = namespace
        self.folder = namespace.folder / f"s3-{port}"
        self.endpoint = f"{'https' if pair else 'http'}://127.0.0.1:{port}"
        self.port = port
        self.pair = pair
        self.trust = ["--cacert", str(authority)] if authority else []
        self.process: Process

    def start(self) -> Store:
        """Starts the server; the first start makes people, bucket, lock and policy."""
        fresh = not self.folder.exists()
        for name in ("iam", "versions", "meta", "data"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        serving = [f"--cert={self.pair.certificate}", f"--key={self.pair.key}"] if self.pair else []
        command: list[str | Path] = [tool("versitygw"), "--port", f"127.0.0.1:{self.port}", "--region", REGION]
        command += ["--access", "root", "--secret", SECRETS["root"], "--iam-dir", self.folder / "iam", "--quiet"]
        command += [*serving, "posix", "--versioning-dir", self.folder / "versions"]
        command += ["--sidecar", self.folder / "meta", self.folder / "data"]
        self.process = self.namespace.start(f"s3-{self.port}", command)
        until(self._answers, "S3 server answers", self.process)
        if fresh:
            self._furnish()
        return self

    def request(
        self, person: str, method: str, path: str, *, query: str = "", body: bytes = b"", headers: tuple[str, ...] = ()
    ) -> Answer:
        """One signed request; `query` must be sorted and encoded, which curl 7.88 leaves to its caller."""
        headers_file, answer_file = (self.folder / name for name in ("headers", "answer"))
        answer_file.unlink(missing_ok=True)
        words = [*self._login(person), "-X", method, "-D", headers_file, "-o", answer_file, "-w", "%{http_code}"]
        words += [word for header in headers for word in ("-H", header)]
        words += (
            self._carry(body) if method == "PUT" else ["-H", f"x-amz-content-sha256: {hashlib.sha256().hexdigest()}"]
        )
        done = self.namespace.run([*words, f"{self.endpoint}/{path}{'?' + query if query else ''}"])
        assert done.returncode == 0, done.stderr
        answer = answer_file.read_bytes() if answer_file.exists() else b""
        return Answer(int(done.stdout), headers_file.read_text(), answer)

    def _login(self, person: str) -> list[str | Path]:
        who = ["--user", f"{person}:{SECRETS[person]}", "--aws-sigv4", f"aws:amz:{REGION}:s3"]
        return [debian("curl"), "-sS", "--max-time", "30", *who, *self.trust]

    def _carry(self, body: bytes) -> list[str | Path]:
        """The words by which curl sends a body; Object Lock wants a checksum."""
        file = self.folder / "body"
        file.write_bytes(body)
        digest = hashlib.sha256(body)
        checksum = base64.b64encode(digest.digest()).decode()
        sums = (f"x-amz-content-sha256: {digest.hexdigest()}", f"x-amz-checksum-sha256: {checksum}")
        headers = [word for header in (*sums, "content-type: application/octet-stream") for word in ("-H", header)]
        return ["--data-binary", f"@{file}", *headers]

    def names(self, prefix: str = "") -> list[str]:
        """The names of the objects that stand in the bucket."""
        answer = self.request("reader", "GET", BUCKET, query=f"list-type=2&prefix={prefix.replace('/', '%2F')}")
        assert answer.status == 200, answer.body
        return re.findall(r"<Key>(.*?)</Key>", answer.body.decode())

    def manifests(self) -> list[str]:
        return [key for key in self.names() if key.endswith("/manifest.json")]

    def fetch(self, key: str) -> bytes:
        answer = self.request("reader", "GET", f"{BUCKET}/{key}")
        assert answer.status == 200, answer.body
        return answer.body

    def credential(self, folder: Path, person: str = "writer") -> Path:
        """The folder that a Secret with this person's credential would show."""
        folder.mkdir(parents=True)
        (folder / "access-key-id").write_text(f"{person}\n")
        (folder / "secret-access-key").write_text(f"{SECRETS[person]}\n")
        if self.trust:
            (folder / "ca.crt").write_bytes(Path(self.trust[1]).read_bytes())
        return folder

    def _answers(self) -> bool:
        probe: list[str | Path] = [debian("curl"), "-s", "-o", "/dev/null", *self.trust, self.endpoint]
        return self.namespace.run(probe).returncode == 0

    def _furnish(self) -> None:
        for person in ("writer", "reader"):
            words = ["admin", "--access", "root", "--secret", SECRETS["root"], "--region", REGION]
            words += ["--endpoint-url", self.endpoint, *(["--allow-insecure"] if self.pair else []), "create-user"]
            words += ["--access", person, "--secret", SECRETS[person], "--role", "user"]
            done = self.namespace.run([tool("versitygw"), *words])
            assert done.returncode == 0, done.stderr + done.stdout
        lock = ("x-amz-bucket-object-lock-enabled: true",)
        steps = [("", b"", lock), ("object-lock=", _LOCK.encode(), ()), ("policy=", _policy(), ())]
        for query, body, headers in steps:
            answer = self.request("root", "PUT", BUCKET, query=query, body=body, headers=headers)
            assert answer.status in (200, 204), (query, answer)


def _policy() -> bytes:
    everything, inside = f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"
    reads = ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectRetention"]
    lists = ["s3:ListBucket", "s3:ListBucketVersions"]
    statements = [("writer", ["s3:PutObject"], inside), ("reader", reads, inside), ("reader", lists, everything)]
    document = [
        {"Effect": "Allow", "Principal": {"AWS": [person]}, "Action": actions, "Resource": [resource]}
        for person, actions, resource in statements
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": document}).encode()
