"""The published schema and the model agree, as far as JSON Schema can say; what it cannot say is listed here.

Not tried: null. In a file it removes what a base set, so no null reaches the model (`null-removes-something`).
"""

import copy
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError
from yaml import safe_load

from compiler.model.cluster import ClusterSpec
from compiler.model.json_schema import base_schema, cluster_schema
from compiler.source.cache import BaseCache
from compiler.source.layers import Layered, load
from compiler.values.keypath import KeyPath, dotted
from tests.rules import cases
from tests.unit.model.whole import at, leaves, nodes, page, whole, with_value, without

CLUSTER = jsonschema_rs.Draft202012Validator(cluster_schema())
BASE = jsonschema_rs.Draft202012Validator(base_schema())
VALUES: tuple[object, ...] = (
    True, 0, -1, 3, 1.5, 10**12, "", "x", "X_y", "8", "16Gi", "-1Gi", "2h", "1h1h", "0s", "50%", "101%", "a" * 70,
    "https://a.example.net", "spec.etcd", "2027-02-30", "main", [], ["x"], [3], {}, {"x": 1},
)  # fmt: skip
MODEL_ONLY = {
    "cron schedule of five fields": "the grammar of cron",
    "IANA time zone": "the zones that exist",
    "IP address": "the grammar of addresses",
    "text": "which characters a text may hold",
    "list of texts": "which characters a text may hold",
    "date": "days that do not exist",
    "duration": "no time at all, and more than a hundred years",
    "quantity": "numbers beyond 1Ei and finer than a billionth",
    "Git branch": "Git's words for revisions",
    "map by name": "what holds for its values",
}
"""Kinds of value that the model refuses although the schema does not, and why."""


def model_takes(tree: Any) -> bool:
    try:
        ClusterSpec.model_validate(tree)
    except ValidationError:
        return False
    return True


def agree(tree: Any, path: KeyPath) -> None:
    takes, valid = model_takes(tree), CLUSTER.is_valid(tree)
    assert valid or not takes, f"the schema refuses what the model takes: {at(tree, path)!r}"
    if valid and not takes:
        assert page(path).type in MODEL_ONLY, f"the model refuses what the schema takes: {at(tree, path)!r}"


@pytest.mark.parametrize("schema", [cluster_schema(), base_schema()], ids=["cluster", "base"])
def test_schema_is_one(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)


def test_whole_spec_is_valid_under_both() -> None:
    assert model_takes(whole())
    assert CLUSTER.is_valid(whole())


@pytest.mark.parametrize("path", list(nodes(whole())), ids=dotted)
def test_both_judge_a_changed_value_alike(path: KeyPath) -> None:
    for value in VALUES:
        agree(with_value(path, value), path)


def test_every_difference_that_is_listed_is_one() -> None:
    found = {
        page(path).type
        for path in nodes(whole())
        for value in (*VALUES, "not a schedule", "a;b", "main.lock", "99999999999999999999")
        for tree in [with_value(path, value)]
        if CLUSTER.is_valid(tree) and not model_takes(tree)
    }
    assert found == set(MODEL_ONLY)


@pytest.mark.parametrize("case", sorted(cases.HERE.glob("*/*.yaml")), ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_both_take_every_case_of_the_rules_after_its_base_was_laid_under_it(case: Path) -> None:
    found = load(cases.SPEC, cases.files(case.read_text()).read, BaseCache())
    assert isinstance(found, Layered)
    assert isinstance(found.tree, dict)
    alone = {key: value for key, value in found.tree.items() if key != "extends"}
    assert CLUSTER.is_valid(alone)
    assert model_takes(alone)


@pytest.mark.parametrize("path", list(nodes(whole())), ids=dotted)
def test_both_judge_a_missing_value_alike(path: KeyPath) -> None:
    tree = without(path)
    assert model_takes(tree) == CLUSTER.is_valid(tree)


@pytest.mark.parametrize(
    "path", [p for p in ((), *nodes(whole())) if isinstance(at(whole(), p), dict)], ids=lambda p: dotted(p) or "file"
)
def test_both_judge_an_unknown_key_alike(path: KeyPath) -> None:
    tree = whole()
    at(tree, path)["unknownKey"] = 1
    takes = model_takes(tree)
    assert takes == CLUSTER.is_valid(tree)
    assert not takes or page(path).steps[-1] == "labels"


@pytest.mark.parametrize("case", sorted(cases.HERE.glob("*/*.yaml")), ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_schema_takes_every_case_of_the_rules_unchanged(case: Path) -> None:
    assert list(CLUSTER.iter_errors(safe_load(case.read_text()))) == []


@pytest.mark.parametrize("file", sorted((cases.HERE.parents[1] / "clusters").glob("*/cluster.yaml")), ids=str)
def test_schema_takes_the_clusters_of_this_repository(file: Path) -> None:
    assert list(CLUSTER.iter_errors(safe_load(file.read_text()))) == []


@pytest.mark.parametrize("file", [cases.HERE / "base.yaml", *(cases.HERE.parents[1] / "bases").glob("*")], ids=str)
def test_schema_of_a_base_takes_bases(file: Path) -> None:
    assert list(BASE.iter_errors(safe_load(file.read_text()))) == []


@pytest.mark.parametrize("path", [p for p in nodes(whole()) if p[0] == "spec" and len(p) > 1], ids=dotted)
def test_base_may_say_less_and_remove_but_not_misspell(path: KeyPath) -> None:
    def based(tree: dict[str, Any]) -> dict[str, Any]:
        return {"apiVersion": "kedge/v1alpha1", "kind": "ClusterDRBase", "spec": tree["spec"]}

    in_list = isinstance(path[-1], int)
    assert in_list or BASE.is_valid(based(without(path)))
    assert in_list or BASE.is_valid(based(with_value(path, None)))
    misspelt = copy.deepcopy(whole())
    parent = at(misspelt, path[:-1])
    if isinstance(parent, dict) and page(path[:-1]).type == "section":
        parent["unknownKey"] = 1
        assert not BASE.is_valid(based(misspelt))


def test_cluster_over_bases_may_leave_out_what_they_say_and_one_without_may_not() -> None:
    alone = {key: value for key, value in whole().items() if key != "spec"} | {"spec": {"tier": "lab"}}
    assert not CLUSTER.is_valid(alone)
    assert CLUSTER.is_valid({**alone, "extends": ["../../bases/org.yaml"]})


def test_every_field_is_titled_described_and_has_an_example() -> None:
    for section in cluster_schema()["$defs"].values():
        for name, field in section["properties"].items():
            assert {"title", "description", "examples"} <= field.keys(), name
        assert section["additionalProperties"] is False


def test_every_example_of_a_value_is_valid() -> None:
    """An example of a section may be a part of it: completion shows it, nobody copies it whole."""
    for path in leaves(whole()):
        for example in page(path).examples:
            if not isinstance(example, dict) and not isinstance(path[-1], int):
                assert model_takes(with_value(path, example)), dotted(path)
