"""Git over http on loopback: `git http-backend` behind a small CGI server, which is this file run as a program."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from tests.real.harness.apiserver import checked
from tests.real.harness.netns import Namespace
from tests.real.harness.process import until
from tests.real.harness.tls import Endpoint

LOCAL = Endpoint("127.0.0.1", "127.0.0.1", 8418)
BRANCH = "main"
IDENTITY = {
    name: value
    for role in ("AUTHOR", "COMMITTER")
    for name, value in ((f"GIT_{role}_NAME", "kedge tests"), (f"GIT_{role}_EMAIL", "tests@example.net"))
}


@dataclass(frozen=True)
class Repository:
    """A served repository and a work tree of its branch, in which tests write files."""

    namespace: Namespace
    url: str
    bare: Path
    work: Path

    def commit(self, message: str = "test") -> str:
        """Commits all of the work tree, pushes it over http and returns the commit's id."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        self.git("push", "--quiet", "origin", BRANCH)
        return self.git("rev-parse", "HEAD").strip()

    def git(self, *arguments: str) -> str:
        """Runs git in the work tree; RuntimeError when it fails."""
        return checked(self.namespace.run(["git", *arguments], env=IDENTITY, cwd=self.work))


class GitServer:
    """Serves every repository below a folder, pushes included; by TLS where the endpoint has a certificate."""

    def __init__(self, namespace: Namespace, endpoint: Endpoint = LOCAL) -> None:
        self.namespace = namespace
        self.folder = namespace.folder / "git"
        self.endpoint = endpoint
        self.url = endpoint.url

    def start(self) -> None:
        self.folder.mkdir()
        where = [self.endpoint.address, str(self.endpoint.port)]
        command: list[str | Path] = [sys.executable, "-m", __name__, self.folder, *where]
        if pair := self.endpoint.pair:
            command += [pair.certificate, pair.key]
        self.process = self.namespace.start("git", command, env={"PYTHONPATH": str(Path(__file__).parents[3])})

    def wait(self) -> float:
        """Waits until it answers; seconds."""
        probe = ["curl", "--silent", "--output", "/dev/null", f"{self.url}/"]
        return until(lambda: self.namespace.run(probe).returncode == 0, "Git serves", self.process)

    def create(self, name: str) -> Repository:
        """Makes an empty repository, such as `platform/dr`, with an empty work tree on its branch."""
        bare, work = self.folder / f"{name}.git", self.namespace.folder / "work" / name
        url = f"{self.url}/{name}.git"
        for arguments in (
            ["init", "--quiet", "--bare", f"--initial-branch={BRANCH}", str(bare)],
            ["--git-dir", str(bare), "config", "http.receivepack", "true"],
            ["init", "--quiet", f"--initial-branch={BRANCH}", str(work)],
            ["-C", str(work), "remote", "add", "origin", url],
        ):
            checked(self.namespace.run(["git", *arguments]))
        return Repository(self.namespace, url, bare, work)


class _Backend(BaseHTTPRequestHandler):
    """Hands each request to `git http-backend` and its answer back."""

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        address, body = urlsplit(self.path), b"".join(self._body())
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ["HOME"],
            "GIT_PROJECT_ROOT": sys.argv[1],
            "GIT_HTTP_EXPORT_ALL": "1",
            "REMOTE_USER": "tests",
            "REMOTE_ADDR": self.client_address[0],
            "REQUEST_METHOD": self.command,
            "PATH_INFO": address.path,
            "QUERY_STRING": address.query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        backend = subprocess.run(["git", "http-backend"], input=body, env=environment, stdout=subprocess.PIPE)
        head, _, content = backend.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().splitlines())
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        # The length, because Python ends a TLS connection without the farewell that GnuTLS wants to see.
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _body(self) -> Iterator[bytes]:
        """The request's body; git sends packs of more than a mebibyte in chunks."""
        if self.headers.get("Transfer-Encoding") != "chunked":
            yield self.rfile.read(int(self.headers.get("Content-Length", 0)))
            return
        while size := int(self.rfile.readline(), 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()


def main(address: str, port: str, *pair: str) -> None:
    """Serves for ever; a certificate and its key make it TLS."""
    server = ThreadingHTTPServer((address, int(port)), _Backend)
    if pair:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*pair)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[2:])
