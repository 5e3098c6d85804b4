"""The driver of the rescue kit runs on a rescuer's machine: Python's standard library, from 3.9 on, and nothing else."""

import ast
import sys

import pytest

from tests.architecture.source import imports, modules, package, path_of

DRIVER = [module for module in modules() if package(module) == "rescue"]
OLDEST = (3, 9)
NEWER = {
    "tomllib",
    "asyncio.TaskGroup",
    "asyncio.timeout",
    "datetime.UTC",
    "itertools.pairwise",
    "typing.Self",
    "enum.StrEnum",
}
"""What later versions of Python have added to the library, as far as one might reach for it."""


@pytest.mark.parametrize("module", DRIVER)
def test_the_driver_imports_the_standard_library_and_itself(module: str) -> None:
    foreign = [i for i in imports(module) if i.split(".")[0] not in sys.stdlib_module_names]
    assert [i for i in foreign if not i.startswith("compiler.rescue")] == []


@pytest.mark.parametrize("module", DRIVER)
def test_the_driver_is_written_in_the_oldest_python_that_it_supports(module: str) -> None:
    tree = ast.parse(path_of(module).read_text(), feature_version=OLDEST)
    unions = {ast.unparse(n) for n in ast.walk(tree) if isinstance(n, ast.Attribute)} & NEWER
    assert unions == set()
    assert not tree.body or "annotations" in imports_of_future(tree)


def imports_of_future(tree: ast.Module) -> set[str]:
    """Return what a module takes from __future__."""
    found = (n for n in tree.body if isinstance(n, ast.ImportFrom) and n.module == "__future__")
    return {alias.name for node in found for alias in node.names}
