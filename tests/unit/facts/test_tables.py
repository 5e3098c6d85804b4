"""The version facts: complete, dated, in one piece, and the same as what else depends on a version."""

import datetime
import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from compiler.assets import asset
from compiler.facts import tables
from compiler.facts.fact import Fact, Support, at, enumeration, example, minors, parse
from compiler.facts.velero import cron_consumer
from compiler.model.patterns import KUBERNETES, VELERO
from tests.real.groups import GROUPS

ROOT = Path(__file__).parents[3]
TABLES = {name: value for name, value in vars(tables).items() if isinstance(value, tuple)}
SUPPORTED = {"KUBERNETES": (KUBERNETES, tables.KUBERNETES), "VELERO": (VELERO, tables.VELERO)}


@pytest.mark.parametrize("name", TABLES)
def test_ranges_follow_each_other_without_hole_or_overlap(name: str) -> None:
    assert all(fact.since < fact.before for fact in TABLES[name])
    assert all(fact.before == following.since for fact, following in pairwise(TABLES[name]))


@pytest.mark.parametrize("name", TABLES)
def test_every_fact_has_a_source_and_a_day(name: str) -> None:
    for fact in TABLES[name]:
        assert fact.source
        assert datetime.date.fromisoformat(fact.seen) <= datetime.date(2100, 1, 1)


@pytest.mark.parametrize("name", SUPPORTED)
@pytest.mark.parametrize("patch", [0, 1, 17, 999])
def test_every_patch_of_a_supported_minor_can_be_chosen_and_has_a_row(name: str, patch: int) -> None:
    pattern, facts = SUPPORTED[name]
    for minor in minors(facts):
        assert pattern.fullmatch(f"{minor}.{patch}")
        fact = at(facts, parse(f"{minor}.{patch}"))
        assert fact is not None and fact.value.minor == minor


@pytest.mark.parametrize("name", SUPPORTED)
def test_a_minor_without_a_row_cannot_be_chosen(name: str) -> None:
    pattern, facts = SUPPORTED[name]
    first, last = facts[0].since, facts[-1].before
    assert not pattern.fullmatch(f"{first[0]}.{first[1] - 1}.0")
    assert not pattern.fullmatch(f"{last[0]}.{last[1]}.0")
    assert not pattern.fullmatch(f"{facts[0].value.minor}.01")


def test_every_supported_kubernetes_has_schemas() -> None:
    for minor in minors(tables.KUBERNETES):
        assert asset(f"schemas/kubernetes/v{minor}.json").is_file()


def test_every_supported_velero_has_a_reader_of_schedules() -> None:
    for minor in minors(tables.VELERO):
        assert cron_consumer(f"{minor}.0") and cron_consumer(f"{minor}.999")


PINS = {
    "kubernetes": ("k8s.io/kubernetes", tables.KUBERNETES),
    "velero": ("github.com/vmware-tanzu/velero", tables.VELERO),
    "etcd": ("go.etcd.io/etcd/server/v3", tables.ETCD),
}


@pytest.mark.parametrize("tool", PINS)
def test_what_the_tests_run_is_what_they_are_pinned_to(tool: str) -> None:
    module, facts = PINS[tool]
    text = (ROOT / "tests/real/tools" / tool / "go.mod").read_text()
    pinned = re.search(rf"^\s*(?:require )?{re.escape(module)} v([0-9.]+)", text, re.MULTILINE)
    assert pinned is not None
    assert [fact.value.executed for fact in facts if fact.value.executed] == [pinned[1]]


OTHERS = {"kubernetes": tables.KUBERNETES, "velero": tables.VELERO}


@pytest.mark.parametrize("tool", OTHERS)
def test_the_other_minors_are_what_the_tests_of_their_objects_are_pinned_to(tool: str) -> None:
    module, facts = PINS[tool][0], OTHERS[tool]
    for fact in facts:
        folder = ROOT / "tests/real/tools" / f"{tool}-{fact.value.minor}"
        assert folder.is_dir() == bool(fact.value.admitted) == (not fact.value.executed)
        assert not fact.value.admitted or f"{module} v{fact.value.admitted}" in (folder / "go.mod").read_text()


def test_every_other_minor_of_kubernetes_has_a_group_of_real_tests() -> None:
    wanted = {f"kubernetes-{fact.value.minor}" for fact in tables.KUBERNETES if not fact.value.executed}
    assert set(GROUPS) == {"base", "engines", "kubeadm", "quorum", *wanted}
    assert all((ROOT / path).exists() for group in GROUPS.values() for path in group.paths if path[0] != "-")


def test_the_base_group_is_what_make_test_real_runs() -> None:
    assert f"$(BIN)/pytest {' '.join(GROUPS['base'].paths)}\n" in (ROOT / "Makefile").read_text()


@pytest.mark.parametrize(
    "fact", [fact for fact in tables.KUBERNETES if fact.value.admitted], ids=lambda f: f.value.minor
)
def test_what_the_facts_say_of_another_minor_its_group_has_left_in_the_record(fact: Fact[Support]) -> None:
    row = tomllib.loads((ROOT / f"record/groups/kubernetes-{fact.value.minor}.toml").read_text())
    assert row["versions"] == {"kubernetes": fact.value.admitted}
    assert row["cases"].keys() >= {"admission objects", "misspelt fields", "backup policy", "quota defaults"}


def test_supported_minors_are_listed_as_people_write_them() -> None:
    assert enumeration(tables.KUBERNETES) == "1.34, 1.35 and 1.36"
    assert enumeration(tables.ETCD) == "3.6"
    assert example(tables.VELERO) == "1.18.3"


def test_a_version_outside_every_range_has_no_fact() -> None:
    facts = (Fact(since=(1, 0, 0), before=(1, 1, 0), value="x", source="s", seen="2026-11-21"),)
    assert at(facts, (1, 0, 9)) is facts[0]
    assert at(facts, (1, 1, 0)) is None
