"""What was delivered is found by the record, and without one by the folders; what of it is given up needs consent."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from compiler import manifests, pipeline
from compiler.change.delivered import KEPT_ALONG, delivered
from compiler.change.destruction import destroyed
from tests.rules import cases

FOLDER = "clusters/case/generated"
NAMESPACE = "namespaces: {shop: {}}"


@cache
def _output(fragment: str = NAMESPACE) -> dict[str, str]:
    checked = cases.judged(cases.files(cases.over_base(fragment)))
    return {path: content.decode(errors="replace") for path, content in pipeline.build(checked).items()}


def _files(output: dict[str, str]) -> cases.MemoryFiles:
    return cases.MemoryFiles({f"{FOLDER}/{path}": content for path, content in output.items()})


def _without_objects() -> str:
    record = json.loads(_output()["BUILD.json"])
    del record["objects"]
    return json.dumps(record)


def test_record_names_every_object() -> None:
    listed = {one.path for one in delivered(_files(_output()), FOLDER).objects}
    objects = {path for path in _output() if path.partition("/")[0] in ("base", "backup", "monitoring")}
    assert listed == {path for path in objects if not path.endswith("kustomization.yaml")}


def test_folders_answer_for_a_record_that_lists_no_objects() -> None:
    old = _output() | {"BUILD.json": _without_objects()}
    by_record = destroyed(delivered(_files(_output()), FOLDER).objects, ())
    assert destroyed(delivered(_files(old), FOLDER).objects, ()) != ()
    assert {name for name in by_record if "Binding" not in name} <= set(
        destroyed(delivered(_files(old), FOLDER).objects, ())
    )


def test_folders_answer_for_a_damaged_record() -> None:
    for record in ("{}", "<<<<<<<", "[]", '{"objects": [{"path": "base"}]}', '{"objects": 3}'):
        damaged = _output() | {"BUILD.json": record}
        assert "Namespace/shop" in destroyed(delivered(_files(damaged), FOLDER).objects, ()), record


def test_folders_answer_where_the_record_is_gone() -> None:
    gone = {path: content for path, content in _output().items() if path != "BUILD.json"}
    assert "Namespace/shop" in destroyed(delivered(_files(gone), FOLDER).objects, ())


def test_listed_file_that_cannot_be_read_counts_as_guarded() -> None:
    broken = _output() | {"BUILD.json": "{}", "base/namespace.shop.yaml": "kind: [Namespace"}
    assert "File/base/namespace.shop.yaml" in destroyed(delivered(_files(broken), FOLDER).objects, ())


def _unguarded(record: dict[str, Any]) -> None:
    for one in record["objects"]:
        one["guard"] = None


EDITS: dict[str, Callable[[dict[str, Any]], None]] = {
    "no objects": lambda record: record.update(objects=[]),
    "no objects and no files": lambda record: record.update(objects=[], files={}),
    "no guards": _unguarded,
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_record_that_was_edited_hides_nothing(edit: Callable[[dict[str, Any]], None]) -> None:
    record = json.loads(_output()["BUILD.json"])
    edit(record)
    edited = _output() | {"BUILD.json": json.dumps(record)}
    honest = destroyed(delivered(_files(_output()), FOLDER).objects, ())
    assert destroyed(delivered(_files(edited), FOLDER).objects, ()) == honest


def test_line_taken_out_of_record_and_kustomization_hides_nothing() -> None:
    record = json.loads(_output()["BUILD.json"])
    record["objects"] = []
    listing = _output()["base/kustomization.yaml"].replace("- namespace.shop.yaml\n", "- other.yaml\n")
    edited = _output() | {"BUILD.json": json.dumps(record), "base/kustomization.yaml": listing}
    assert "Namespace/shop" in destroyed(delivered(_files(edited), FOLDER).objects, ())


def test_layer_without_a_kustomization_is_what_its_folder_holds() -> None:
    bare = {path: text for path, text in _output().items() if path not in ("BUILD.json", "base/kustomization.yaml")}
    assert "Namespace/shop" in destroyed(delivered(_files(bare), FOLDER).objects, ())


def test_file_that_is_not_as_the_record_has_it_counts_as_guarded() -> None:
    record = json.loads(_output()["BUILD.json"])
    _unguarded(record)
    bare = _output()["base/namespace.shop.yaml"].replace("prune: disabled", "prune: enabled")
    edited = _output() | {"BUILD.json": json.dumps(record), "base/namespace.shop.yaml": bare}
    assert "Namespace/shop" in destroyed(delivered(_files(edited), FOLDER).objects, ())


def test_guards_of_files_are_those_that_the_objects_were_made_with() -> None:
    plan = cases.judged(cases.files(cases.over_base(NAMESPACE))).plan
    assert plan is not None
    made = {one.path: one.guard for one in manifests.emit(plan)}
    without = {path: text for path, text in _output().items() if path != "BUILD.json"}
    assert {one.path: one.guard for one in delivered(_files(without), FOLDER).objects} == made


def test_kinds_that_are_kept_along_are_never_under_consent() -> None:
    for path in cases.HERE.parents[1].glob("clusters/*/generated/BUILD.json"):
        for one in json.loads(path.read_text())["objects"]:
            assert (one["guard"] == "keep") == (one["kind"] in KEPT_ALONG and one["guard"] is not None), one


def test_nothing_was_delivered_where_there_is_no_output() -> None:
    assert delivered(cases.MemoryFiles(), FOLDER).objects == ()


def test_what_is_produced_again_is_not_destroyed() -> None:
    assert destroyed(delivered(_files(_output()), FOLDER).objects, _output().keys()) == ()


def test_layer_that_becomes_empty_is_destroyed() -> None:
    after = _output("tier: production")
    assert destroyed(delivered(_files(_output()), FOLDER).objects, after.keys()) == ("Namespace/shop", "layer/base")


def test_object_that_loses_nothing_is_given_up_without_consent() -> None:
    before = _output("namespaces: {shop: {quota: {pods: 10}}}")
    assert destroyed(delivered(_files(before), FOLDER).objects, _output().keys()) == ()
