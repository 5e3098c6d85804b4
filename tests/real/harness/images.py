"""Container images made from static binaries: an OCI archive with one layer each, imported by containerd without any registry."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

MEDIA = "application/vnd.oci.image"


@dataclass(frozen=True, kw_only=True)
class Image:
    """An image by its full name: programs, links and texts by their path in it, and what runs when a pod says nothing else."""

    name: str
    files: Mapping[str, Path]
    entrypoint: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    environment: tuple[str, ...] = ("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",)

    def write(self, archive: Path) -> str:
        """Writes the archive and returns the digest of the image's manifest."""
        layer = _layer(self)
        config = _json(
            {
                "architecture": "amd64",
                "os": "linux",
                "config": {"Entrypoint": [*self.entrypoint], "Env": [*self.environment]},
                "rootfs": {"type": "layers", "diff_ids": [_digest(layer)]},
            }
        )
        manifest = _json(
            {
                "schemaVersion": 2,
                "mediaType": f"{MEDIA}.manifest.v1+json",
                "config": _descriptor("config.v1+json", config),
                "layers": [_descriptor("layer.v1.tar", layer)],
            }
        )
        named = _descriptor("manifest.v1+json", manifest)
        named["annotations"] = {"io.containerd.image.name": self.name, "org.opencontainers.image.ref.name": self.name}
        index = _json({"schemaVersion": 2, "mediaType": f"{MEDIA}.index.v1+json", "manifests": [named]})
        with tarfile.open(archive, "w") as tar:
            _add(tar, "oci-layout", _json({"imageLayoutVersion": "1.0.0"}))
            _add(tar, "index.json", index)
            for blob in (layer, config, manifest):
                _add(tar, f"blobs/sha256/{_digest(blob).removeprefix('sha256:')}", blob)
        return _digest(manifest)


def _layer(image: Image) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for path, source in image.files.items():
            _add(tar, path.lstrip("/"), source.read_bytes(), 0o755)
        for path, text in image.texts.items():
            _add(tar, path.lstrip("/"), text.encode())
        for path, target in image.links.items():
            link = tarfile.TarInfo(path.lstrip("/"))
            link.type, link.linkname = tarfile.SYMTYPE, target
            tar.addfile(link)
        tmp = tarfile.TarInfo("tmp")
        tmp.type, tmp.mode = tarfile.DIRTYPE, 0o1777
        tar.addfile(tmp)
    return buffer.getvalue()


def _add(tar: tarfile.TarFile, path: str, content: bytes, mode: int = 0o644) -> None:
    entry = tarfile.TarInfo(path)
    entry.size, entry.mode = len(content), mode
    tar.addfile(entry, io.BytesIO(content))


def _descriptor(kind: str, blob: bytes) -> dict[str, object]:
    return {"mediaType": f"{MEDIA}.{kind}", "digest": _digest(blob), "size": len(blob)}


def _digest(blob: bytes) -> str:
    return f"sha256:{hashlib.sha256(blob).hexdigest()}"


def _json(value: object) -> bytes:
    return json.dumps(value).encode()
