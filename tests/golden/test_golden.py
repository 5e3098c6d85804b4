"""Whole outputs, byte for byte. `make golden` rewrites them; the difference is read before it is committed."""

import datetime
import os
import shutil
from pathlib import Path

import pytest

from compiler import pipeline
from compiler.source.cache import BaseCache
from compiler.workspace.files import DiskFiles

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CASES = sorted(path.parent.parent.parent for path in HERE.glob("*/clusters/*/cluster.yaml"))
DAY = datetime.date(2027, 1, 1)


def output(root: Path, cluster: str) -> dict[str, bytes]:
    """What a cluster compiles to; a golden case has no errors."""
    checked = pipeline.check(pipeline.RunContext(DiskFiles(root), BaseCache(), DAY), cluster)
    assert [f.message for f in checked.findings if f.severity == "error"] == []
    return pipeline.build(checked)


def read(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_a_spec_compiles_to_exactly_this_tree(case: Path) -> None:
    (cluster,) = DiskFiles(case).clusters()
    files = output(case, cluster)
    expected = case / "expected"
    if os.environ.get("GOLDEN") == "write":
        shutil.rmtree(expected, ignore_errors=True)
        for path, content in files.items():
            (expected / path).parent.mkdir(parents=True, exist_ok=True)
            (expected / path).write_bytes(content)
    assert read(expected) == files


@pytest.mark.parametrize("cluster", DiskFiles(ROOT).clusters())
def test_the_examples_in_this_repository_are_fresh(cluster: str) -> None:
    assert read(ROOT / "clusters" / cluster / "generated") == output(ROOT, cluster)


def test_every_kind_of_file_is_in_two_trees() -> None:
    trees = [read(case / "expected") for case in CASES]
    trees += [read(ROOT / "clusters" / c / "generated") for c in DiskFiles(ROOT).clusters()]
    # The folders for hosts have the same files wherever there is one; one cluster has the timer, one a kit without a bucket.
    synced = [[path for path in tree if not path.startswith(("host/", "rescue/"))] for tree in trees]
    kinds = [{path.rpartition("/")[2].partition(".")[0] for path in tree} for tree in synced]
    lonely = {kind for tree in kinds for kind in tree if sum(kind in other for other in kinds) < 2}
    # Only one cluster treats its storage classes differently.
    assert lonely <= {"configmap"}
