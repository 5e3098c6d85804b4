"""Only `distributions/` knows names, paths and units of a distribution; what is above asks for capabilities."""

import ast
import re
from collections.abc import Iterator

import pytest

from compiler.distributions.registry import NAMES
from tests.architecture.source import LEVEL, modules, package

# The pages' shell still has them; its values arrive as variables when steps are files of their own.
NOT_YET: set[str] = set()
FORBIDDEN = {
    "a path below /etc or /var/lib": re.compile(r"/(etc|var/lib)/"),
    "the name of a distribution": re.compile(
        r"\b(kubeadm|kubespray|k3s|rke2|talos|openshift|microk8s|minikube|k3d)\b", re.IGNORECASE
    ),
    "the name of a unit": re.compile(r"\b(etcd|kubelet|containerd|kedge-[a-z-]+)\.(service|timer)\b"),
}
ABOVE = [
    m for m in modules() if package(m) and LEVEL[package(m)] < LEVEL["distributions"] and package(m) not in NOT_YET
]


def _texts(module: str) -> Iterator[str]:
    """Every text of a module but what is prose: docstrings of modules, and `description` and `examples` of the spec's fields."""
    prose = {
        id(node)
        for parent in ast.walk(modules()[module])
        if isinstance(parent, ast.Call)
        for keyword in parent.keywords
        if keyword.arg in ("description", "examples", "help", "epilog")
        for node in ast.walk(keyword.value)
    }
    for parent in ast.walk(modules()[module]):
        if isinstance(parent, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(parent) is not None:
            prose.add(id(parent.body[0].value))  # type: ignore[attr-defined]
    for node in ast.walk(modules()[module]):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nothing_above_distributions_has(what: str) -> None:
    found = [(module, text[:60]) for module in ABOVE for text in _texts(module) if FORBIDDEN[what].search(text)]
    assert found == []


def test_the_patterns_find_what_distributions_has() -> None:
    texts = [text for m in modules() if package(m) == "distributions" for text in _texts(m)]
    assert any(FORBIDDEN["a path below /etc or /var/lib"].search(text) for text in texts)
    assert any(FORBIDDEN["the name of a distribution"].search(text) for text in texts)


def test_nothing_above_distributions_compares_with_a_name() -> None:
    found = [
        (module, ast.unparse(node))
        for module in ABOVE
        for node in ast.walk(modules()[module])
        if isinstance(node, ast.Compare)
        for part in (node.left, *node.comparators)
        if isinstance(part, ast.Constant) and part.value in NAMES
    ]
    assert found == []
