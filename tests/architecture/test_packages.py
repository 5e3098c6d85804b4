"""The structure of the compiler: who may import whom, what belongs where, and that nothing derived is left behind."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from compiler import manifests, rules, runbooks
from tests.architecture.source import LEVEL, PACKAGE, ROOT, dotted, imports, modules, package, path_of
from tools import generate

HOMES = {
    "click": {"cli"},
    "git": {"workspace"},
    "jinja2": {"render"},
    "markdown_it": {"render"},
    "jsonschema_rs": {"render"},
    "pydantic": {"model"},
    "pydantic_core": {"model"},
    "ruamel": {"cli"},
    "tomli": {"assets"},
    "tzdata": {"values"},
    "yaml": {"source"},
}
"""Each library has one home: whoever wants to replace it reads one package."""

TYPES = "msgspec"
"""The library of the frozen types, which each package has."""

HEAVY = ("pydantic", "jinja2", "git", "yaml", "jsonschema_rs", "ruamel", "tzdata")


PAIRS = [(m, i) for m in modules() for i in imports(m) if i.startswith("compiler.") and package(m)]


def test_every_package_has_its_level() -> None:
    assert {package(module) for module in modules() if package(module)} == set(LEVEL)


def test_no_import_points_up_or_sideways() -> None:
    wrong = [
        f"{importer} -> {imported}"
        for importer, imported in PAIRS
        if package(importer) != package(imported) and LEVEL[package(importer)] >= LEVEL[package(imported)]
    ]
    assert wrong == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph: dict[str, set[str]] = {module: set() for module in modules()}
    for importer, imported in PAIRS:
        graph[importer].add(imported)
    while leaves := [module for module, targets in graph.items() if not targets]:
        for leaf in leaves:
            del graph[leaf]
        for targets in graph.values():
            targets.difference_update(leaves)
    assert graph == {}


def test_each_library_has_one_home() -> None:
    found: dict[str, set[str]] = {}
    for module in modules():
        for imported in imports(module):
            top = imported.partition(".")[0]
            if top not in ("compiler", TYPES, *sys.stdlib_module_names):
                found.setdefault(top, set()).add(package(module))
    assert found == HOMES


@pytest.mark.parametrize(
    "members", [rules.RULES, manifests.EMITTERS, runbooks.PROCEDURES], ids=["rules", "manifests", "runbooks"]
)
def test_members_of_a_registry_do_not_import_each_other(members: tuple[object, ...]) -> None:
    names = {dotted(member) for member in members}
    assert [(m, i) for m, i in PAIRS if m in names and i in names] == []


def test_every_object_is_registered() -> None:
    files = {module for module in modules() if module.startswith("compiler.manifests.")}
    assert files == {dotted(member) for member in manifests.EMITTERS}


def test_every_rule_is_registered_in_its_subject() -> None:
    members = {rule.__name__ for rule in rules.RULES}
    subjects = {name.rpartition(".")[0] for name in members}
    assert {m for m in modules() if m.rpartition(".")[0] in subjects} == members
    assert subjects == {m for m in modules() if m.startswith("compiler.rules.") and path_of(m).name == "__init__.py"}
    assert len(members) == len(rules.RULES)


def test_every_procedure_is_registered_and_has_its_folder() -> None:
    members = {dotted(member).rpartition(".")[2] for member in runbooks.PROCEDURES}
    assert {
        module.rpartition(".")[2] for module in modules() if module.startswith("compiler.runbooks.procedures.")
    } == members
    folders = {path.name.replace("-", "_") for path in (ROOT / "templates/runbooks/procedures").iterdir()}
    assert folders == members


def test_packages_import_nothing_but_for_those_that_hold_a_registry() -> None:
    holding = {"compiler.rules", "compiler.manifests", "compiler.runbooks", "compiler.values.cron"}
    holding |= {rule.__name__.rpartition(".")[0] for rule in rules.RULES}
    packages = {module for module in modules() if path_of(module).name == "__init__.py"}
    assert {p for p in packages if any(i.startswith("compiler.") for i in imports(p))} <= holding


def test_a_rule_has_one_name_everywhere() -> None:
    ids = set(rules.IDS)
    assert {path.stem.replace("_", "-") for path in (PACKAGE / "rules").glob("*/[!_]*.py")} == ids
    assert {path.name for path in (ROOT / "tests/rules").iterdir() if path.is_dir() and path.name[0] != "_"} == ids
    assert {path.stem for path in (ROOT / "docs/rules").glob("*.md")} - {"README"} == ids
    for rule in ids:
        assert f"# {rule}\n" in (ROOT / f"docs/rules/{rule}.md").read_text()


def test_generated_pages_and_schemas_are_fresh() -> None:
    assert generate.stale() == []


def test_templates_hold_no_manifest_but_what_runbook_steps_create() -> None:
    """Those are held to the gate by the tests of the steps."""
    runbooks = ROOT / "templates/runbooks"
    shell = {*runbooks.glob("steps/*/run.sh"), *runbooks.glob("functions/*.sh")}
    assert {p for p in _texts(ROOT / "templates") if "apiVersion:" in p.read_text()} <= shell


def test_help_starts_without_the_heavy_libraries() -> None:
    code = (
        "import sys; from compiler.cli.main import main; main(['--help'], standalone_mode=False);"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_no_module_hides_a_circle_behind_a_type_checker() -> None:
    """Imports for the type checker only are for libraries that are loaded late, never for our own modules."""
    hidden = [
        (module, ast.unparse(inner))
        for module, tree in modules().items()
        for node in tree.body
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in node.body
        if "compiler" in ast.unparse(inner)
    ]
    assert hidden == []


def _texts(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
