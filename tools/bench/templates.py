"""The peer's templates, made from kedge's own output: each text of the spec that occurs in a manifest becomes an expression.

Mechanical, and generous to the peer: a template of a person would hold more expressions, loops and conditions. Numbers
that kedge derives (thresholds, digests) stay as constants.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.bench.peer import CLUSTER

SHORTEST = 6
"""Shorter texts of a spec occur in manifests by chance."""


def write(target: Path, example: str, tree: Any, manifests: dict[str, str]) -> None:
    """Write the templates of one example, from its merged spec and its manifests (path to text)."""
    folder = target / example
    folder.mkdir(parents=True)
    name = tree["metadata"]["name"]
    texts = sorted(_texts(tree, ""), key=lambda pair: -len(pair[0]))
    for path, text in manifests.items():
        folder.joinpath(path.replace(name, CLUSTER).replace("/", ",")).write_text(_template(text, texts), "utf-8")


def manifests(generated: Path) -> dict[str, str]:
    """Return what an API server or kustomize reads of a cluster's output, path to text: pages and tests are left out."""
    found = {path.relative_to(generated).as_posix(): path for path in generated.rglob("*.yaml")}
    return {path: file.read_text("utf-8") for path, file in found.items() if not path.startswith("alert-tests/")}


def _template(text: str, texts: list[tuple[str, str]]) -> str:
    """Return a manifest as a template; braces that are not ours are kept from Jinja2."""
    text = text.replace("{{", "\0").replace("{%", "\1").replace("{#", "\2")
    for number, (value, _) in enumerate(texts):
        text = text.replace(value, f"\3{number}\4")
    for number, (_, path) in enumerate(texts):
        text = text.replace(f"\3{number}\4", f"{{{{ {path} }}}}")
    return text.replace("\0", "{{ '{{' }}").replace("\1", "{{ '{%' }}").replace("\2", "{{ '{#' }}")


def _texts(node: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield every text of a spec that is long enough, with the expression that names it."""
    if isinstance(node, str) and len(node) >= SHORTEST:
        yield node, path
    elif isinstance(node, dict):
        for key, child in node.items():
            yield from _texts(child, f"{path}[{key!r}]" if path else key)
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from _texts(child, f"{path}[{index}]")
