"""A fleet for the clock: the repository's examples, many times, each cluster with a name, addresses and minutes of its own."""

import re
import shutil
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
_NETWORK = re.compile(r"\b10\.\d+\.\d+\.")
_CA = re.compile(r'caFingerprint: "sha256:[0-9a-f]{8}')
_DAILY = re.compile(r'schedule: "(\d+) ')


def build(root: Path, count: int) -> list[str]:
    """Write bases and `count` specs below an empty folder; return the names of the clusters, `<example>-<number>`."""
    shutil.copytree(REPOSITORY / "bases", root / "bases")
    examples = examples_of(REPOSITORY)
    names = []
    for number in range(count):
        example = list(examples)[number % len(examples)]
        name = f"{example}-{number:04d}"
        folder = root / "clusters" / name
        folder.mkdir(parents=True)
        folder.joinpath("cluster.yaml").write_text(_varied(examples[example], example, name, number), "utf-8")
        names.append(name)
    return names


def examples_of(root: Path) -> dict[str, str]:
    """Return the examples, name to spec: the largest first, so that a fleet of one is the largest."""
    texts = {path.parent.name: path.read_text("utf-8") for path in root.glob("clusters/*/cluster.yaml")}
    return dict(sorted(texts.items(), key=lambda pair: -len(pair[1])))


def example(name: str) -> str:
    """Return the example that a cluster of the fleet was made from."""
    return name.rpartition("-")[0]


def _varied(text: str, example: str, name: str, number: int) -> str:
    """Return an example's spec with the name, the network, the CA and the minutes of one cluster of the fleet."""
    text = text.replace(example, name)
    text = _NETWORK.sub(f"10.{number // 256}.{number % 256}.", text)
    text = _CA.sub(f'caFingerprint: "sha256:{number:08x}', text)
    return _DAILY.sub(lambda found: f'schedule: "{(int(found[1]) + number) % 60} ', text)
