"""What the text of the snapshot scripts promises, without running them; tests/real runs them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compiler.assets import asset

FOLDER = asset("templates/scripts/etcd-snapshot")
SCRIPTS = sorted(FOLDER.iterdir())
RECIPE = Path(__file__).parents[3] / "images" / "kedge-tools"
LISTED = [line.split() for line in (RECIPE / "commands").read_text().splitlines() if not line.startswith("#")]

# Of the shell itself: reserved words and built-ins, as POSIX names them.
RESERVED = "case do done elif else esac fi for if in then until while { } !"
BUILT_IN = ": [ cd continue echo exec exit printf read return set shift trap umask"
SHELL = {*RESERVED.split(), *BUILT_IN.split()}
ARITHMETIC = re.compile(r"\$\(\([^()$]*\)\)")
QUOTED = re.compile(r"'[^']*'")
BEFORE = r"(?:^|[|;&({!]|\b(?:then|do|else|until|while|if)\b)\s*"
START = re.compile(BEFORE + r"([a-z][a-z0-9_-]*)(?=[\s;)]|$)", re.MULTILINE)


def code(script: Path) -> str:
    """The script without comments, continued lines joined, texts in single quotes emptied."""
    lines = [line for line in script.read_text().splitlines() if not line.lstrip().startswith("#")]
    return ARITHMETIC.sub("0", QUOTED.sub("''", "\n".join(lines).replace("\\\n", " ")))


def commands(script: Path) -> set[str]:
    """The words at command position that are neither the shell's own nor functions of the script."""
    text = code(script)
    functions = set(re.findall(r"^([a-z]+)\(\) \{", text, re.MULTILINE))
    return {word for word in START.findall(text) if word not in SHELL | functions}


def test_there_is_one_script_for_each_stage() -> None:
    assert [script.name for script in SCRIPTS] == ["encrypt.sh", "put.sh", "save.sh", "sign.sh", "verify.sh"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
class TestScript:
    def test_holds_nothing_that_flux_would_substitute(self, script: Path) -> None:
        assert "${" not in script.read_text() and "$$" not in script.read_text()

    def test_holds_nothing_that_kubernetes_would_expand_in_a_command(self, script: Path) -> None:
        assert not re.search(r"\$\([A-Za-z_][A-Za-z0-9_.-]*\)", script.read_text())

    def test_is_plain_ascii_with_short_lines(self, script: Path) -> None:
        assert script.read_text().isascii() and "\t" not in script.read_text()
        assert max(map(len, script.read_text().splitlines())) <= 120

    def test_stops_at_the_first_error_and_at_unset_variables(self, script: Path) -> None:
        assert "\nset -eu\numask 0" in script.read_text()

    def test_tells_a_failure_by_a_trap(self, script: Path) -> None:
        assert "trap 'finish \"$?\"' EXIT\ntrap 'exit 143' TERM\n" in script.read_text()

    def test_starts_only_commands_that_the_image_holds(self, script: Path) -> None:
        assert commands(script) <= {name for name, _ in LISTED}

    def test_names_every_variable_of_its_environment_in_its_head(self, script: Path) -> None:
        head, body = script.read_text().split("set -eu", 1)
        assert set(re.findall(r"KEDGE_[A-Z_]+", body)) == set(re.findall(r"KEDGE_[A-Z_]+", head))


def test_the_image_holds_no_command_that_nothing_starts() -> None:
    started = set.union({"sh"}, *(commands(script) for script in SCRIPTS))
    assert {name for name, _ in LISTED} == started


def test_every_command_of_the_image_has_one_known_origin() -> None:
    assert len({name for name, _ in LISTED}) == len(LISTED)
    assert {origin.split(":")[0] for _, origin in LISTED} == {"debian", "etcd"}


def test_the_recipe_takes_its_bases_by_digest_and_has_no_default() -> None:
    recipe = (RECIPE / "Containerfile").read_text()
    assert "\nARG BASE\nARG ETCD\n" in recipe and "*@sha256:*) ;;" in recipe
    assert not re.search(r"^ARG \w+=", recipe, re.MULTILINE)
    assert set(re.findall(r"^FROM (\S+)", recipe, re.MULTILINE)) == {"$ETCD", "$BASE"}


def test_the_image_runs_as_the_user_of_the_manifests() -> None:
    assert "\nUSER 65532:65532\n" in (RECIPE / "Containerfile").read_text()


def test_the_etcd_tools_come_from_the_etcd_image() -> None:
    taken = " ".join(f"/usr/local/bin/{name}" for name, origin in LISTED if origin == "etcd")
    assert f"COPY --from=etcd {taken} /usr/local/bin/" in (RECIPE / "Containerfile").read_text()
