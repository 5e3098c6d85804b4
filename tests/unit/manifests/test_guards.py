"""What GitOps does not delete has one definition: annotations, consent, the page's list and the record follow from it."""

import json
from functools import cache

from compiler import manifests, pipeline
from compiler.change.destruction import destroyed
from compiler.kube.manifest import Manifest
from compiler.kube.meta import KEEP
from compiler.pipeline import Checked
from tests.rules import cases

SPEC = """
namespaces: {shop: {}}
backups:
  applications:
    shop: {namespaces: [shop], schedule: "0 3 * * *", retention: 14d, to: [offsite],
           volumes: {default: data-mover, local-path: file-system}}
"""


@cache
def _checked() -> Checked:
    return cases.judged(cases.files(cases.over_base(SPEC)))


def _objects() -> tuple[Manifest, ...]:
    decided = _checked().plan
    assert decided is not None
    return manifests.emit(decided)


def _annotations(one: Manifest) -> dict[str, str]:
    metadata = one.body["metadata"]
    assert isinstance(metadata, dict)
    annotations: dict[str, str] = metadata.get("annotations", {})
    return annotations


def test_exactly_the_guarded_objects_are_annotated_for_both_engines() -> None:
    assert {one.title for one in _objects() if one.guard} == {one.title for one in _objects() if _annotations(one)}
    assert all(_annotations(one) == KEEP for one in _objects() if one.guard)


def test_consent_is_asked_for_objects_that_stay_in_the_cluster() -> None:
    asked = {name for name in destroyed(_objects(), ()) if not name.startswith("layer/")}
    assert asked == {one.title for one in _objects() if one.guard == "consent"}
    assert asked <= {one.title for one in _objects() if _annotations(one)}


def test_page_lists_every_guarded_object() -> None:
    page = pipeline.build(_checked())["runbooks/README.md"].decode()
    section = page.split("## Objects that GitOps does not delete")[1].split("\n## ")[0]
    listed = {
        f"{kind}/{name}"
        for line in section.splitlines()
        if line.startswith("- ")
        for kind, _, names in [line[2:].partition(": ")]
        for name in names.split(", ")
    }
    assert listed == {one.title for one in _objects() if one.guard}


def test_record_lists_every_object_with_its_layer_and_guard() -> None:
    record = json.loads(pipeline.build(_checked())["BUILD.json"])
    assert [
        (o["path"], o["kind"], o["namespace"], o["name"], o["layer"], o["guard"]) for o in record["objects"]
    ] == sorted((o.path, o.kind, o.namespace, o.name, o.layer, o.guard) for o in _objects())


def test_all_that_a_guarded_backup_needs_is_guarded() -> None:
    unguarded = {one.kind for one in _objects() if one.layer.startswith("backup") and one.guard is None}
    assert unguarded == set()
