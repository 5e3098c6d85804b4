"""The compiler's source as data: modules, what they import (inside functions too), and their functions."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "compiler"
PACKAGES: tuple[tuple[str, ...], ...] = (
    ("__main__",),
    ("cli",),
    ("pipeline",),
    ("publish", "report"),
    ("change",),
    ("render",),
    ("manifests", "runbooks", "rules"),
    ("pods",),
    ("plan",),
    ("proofs", "engines"),
    ("kube", "findings", "model"),
    ("source",),
    ("distributions",),
    ("facts",),
    ("workspace", "values"),
    ("assets",),
    ("rescue", "version"),
)
"""Imports go down this list only; packages of one line do not import each other."""

LEVEL = {name: level for level, names in enumerate(PACKAGES) for name in names}
BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match, ast.AsyncFor, ast.AsyncWith)


@dataclass(frozen=True)
class Function:
    """One function of the source."""

    module: str
    name: str
    lines: int
    parameters: int
    nesting: int
    documented: bool
    public: bool
    command: bool


@cache
def modules() -> dict[str, ast.Module]:
    """Return every module by its dotted name."""
    return {_name(path): ast.parse(path.read_text()) for path in sorted(PACKAGE.rglob("*.py"))}


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def path_of(module: str) -> Path:
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def dotted(member: object) -> str:
    """Return the dotted name of a module that a registry holds."""
    assert isinstance(member, ModuleType)
    return member.__name__


def package(module: str) -> str:
    """Return the top package of a module of the compiler; `compiler` itself has none."""
    return module.partition(".")[2].partition(".")[0]


def imports(module: str) -> Iterator[str]:
    """Yield every module that a module imports, wherever the import is; names from a package as modules of it."""
    for node in ast.walk(modules()[module]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in modules() else node.module


def functions() -> list[Function]:
    """Return every function and method of the compiler."""
    return [
        _function(module, node)
        for module, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    ]


def _function(module: str, node: ast.FunctionDef) -> Function:
    arguments = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    return Function(
        module,
        node.name,
        (node.end_lineno or node.lineno) - node.lineno + 1,
        len([name for name in arguments if name not in ("self", "cls")]),
        _depth(node) - 1,
        ast.get_docstring(node) is not None,
        not node.name.startswith("_"),
        any("click" in ast.unparse(d) or "options" in ast.unparse(d) for d in node.decorator_list),
    )


def _depth(node: ast.AST) -> int:
    """Return how deep blocks are nested; `elif` and `match` cases are no deeper than their statement."""
    inner = [_depth(child) for child in ast.iter_child_nodes(node) if not isinstance(child, ast.FunctionDef)]
    chained = isinstance(node, ast.If) and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If)
    deepest = max(inner, default=0)
    if chained and isinstance(node, ast.If):
        rest = [_depth(child) for child in (node.test, *node.body)]
        deepest = max(max(rest, default=0), _depth(node.orelse[0]) - 1)
    return deepest + isinstance(node, (*BLOCKS, ast.FunctionDef))
