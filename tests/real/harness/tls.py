"""Certificates by openssl, named and shaped as kubeadm makes them; elliptic keys, because they take no time to make."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

DAYS = "2"
HTTPS = 443


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, PEM."""

    certificate: Path
    key: Path


@dataclass(frozen=True)
class Endpoint:
    """A server's name, the loopback address and port that play it, and for TLS its certificate and who signed that.

    Without `authority` a client trusts the certificate by the bed's own settings, or not at all.
    """

    host: str
    address: str
    port: int
    pair: Pair | None = None
    authority: Path | None = None

    @property
    def url(self) -> str:
        port = "" if self.port == HTTPS else f":{self.port}"
        return f"{'https' if self.pair else 'http'}://{self.host}{port}"


@dataclass(frozen=True)
class Authority:
    """A certificate authority in a folder: ca.crt and ca.key, and what it signed."""

    folder: Path

    @property
    def certificate(self) -> Path:
        return self.folder / "ca.crt"

    @classmethod
    def create(cls, folder: Path, name: str) -> Authority:
        folder.mkdir(parents=True, exist_ok=True)
        made = cls(folder)
        _openssl("req", "-x509", *_new_key(folder / "ca.key"), "-subj", f"/CN={name}", "-out", made.certificate)
        return made

    def issue(
        self, name: str, subject: str, serves: bool = True, names: Sequence[str] = (), address: str = "127.0.0.1"
    ) -> Pair:
        """Signs `<name>.crt` for client use and, by default, for serving on an address (loopback) under these host names."""
        pair = Pair(self.folder / f"{name}.crt", self.folder / f"{name}.key")
        usage = "serverAuth,clientAuth" if serves else "clientAuth"
        extensions = ["basicConstraints=critical,CA:FALSE", f"extendedKeyUsage={usage}"]
        if serves:
            known = ",".join(f"DNS:{name}" for name in ("localhost", *names))
            extensions.append(f"subjectAltName={known},IP:{address}")
        added = [word for extension in extensions for word in ("-addext", extension)]
        signer: list[str | Path] = ["-CA", self.certificate, "-CAkey", self.folder / "ca.key"]
        _openssl("req", "-x509", *_new_key(pair.key), "-subj", subject, *signer, *added, "-out", pair.certificate)
        return pair


def signing_key(folder: Path) -> Pair:
    """A public (`sa.pub`, in place of a certificate) and private key for service account tokens."""
    folder.mkdir(parents=True, exist_ok=True)
    pair = Pair(folder / "sa.pub", folder / "sa.key")
    _openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", pair.key)
    _openssl("pkey", "-in", pair.key, "-pubout", "-out", pair.certificate)
    return pair


def _new_key(path: Path) -> list[str | Path]:
    return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", DAYS, "-keyout", path]


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
