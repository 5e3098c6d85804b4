"""Compared with a commit, a command says of the clusters that it judges what it says without leaving any out."""

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.change import records
from compiler.render import build_record
from compiler.workspace.failure import EnvironmentFailure
from tests.cli.inprocess import Repository

NAMES = ("one", "two", "three", "four")
SHARED = "bases/shared.yaml"
OWN = "apiVersion: kedge/v1alpha1\nkind: ClusterDRBase\nspec: {etcd: {quota: 3Gi}}\n"
COMMANDS = (["plan", "--against"], ["check", "--against"], ["validate", "--against"])


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Four clusters on one base, the fourth on a second one below clusters/ too; compiled and committed."""
    made = Repository(tmp_path / "repository")
    (made.root / SHARED).write_text("apiVersion: kedge/v1alpha1\nkind: ClusterDRBase\nspec: {}\n")
    for name in NAMES:
        made.write(name, "namespaces: {shop: {}}")
        extend(made, name, "../../bases/shared.yaml")
    (made.root / "clusters/own.yaml").write_text(OWN)
    extend(made, "four", "../own.yaml")
    made.compiled()
    made.git("tag", "reference")
    return made


def extend(repository: Repository, name: str, base: str) -> None:
    """Lay one more base under a cluster."""
    spec = repository.root / f"clusters/{name}/cluster.yaml"
    own = f"../../bases/{name}.yaml"
    assert own in spec.read_text()
    spec.write_text(spec.read_text().replace(own, f"{own}, {base}"))


def said(repository: Repository, command: list[str]) -> tuple[dict[str, object], int]:
    """Return what a command says of each cluster, and how many it left out."""
    done = repository.kedge(*command, "reference", "-o", "json")
    assert done.exit_code in (0, 1, 4, 6), done.output
    printed = json.loads(done.stdout)
    return {one["name"]: one for one in printed["clusters"]}, printed["unchanged"]


def without_scope(repository: Repository, command: list[str]) -> dict[str, object]:
    """Return the same where every cluster is judged: in a repository whose configuration names a filter."""
    repository.git("config", "filter.none.clean", "cat")
    try:
        every, left_out = said(repository, command)
    finally:
        repository.git("config", "--unset", "filter.none.clean")
    assert left_out == 0
    return every


def assert_same(repository: Repository) -> set[str]:
    """Hold each command to what it says without leaving any out; return who was left out."""
    left_out: set[str] = set()
    for command in COMMANDS:
        every, (judged, unchanged) = without_scope(repository, command), said(repository, command)
        left_out = every.keys() - judged.keys()
        assert judged == {name: every[name] for name in judged}
        assert unchanged == len(left_out)
        for name in left_out:
            assert_nothing_new(command[0], every[name])
    return left_out


def assert_nothing_new(command: str, cluster: object) -> None:
    """Hold what is said of an unchanged cluster to what the reference, where nothing was wrong, already said."""
    assert isinstance(cluster, dict)
    keys = {"plan": ("recovery", "access", "objects", "destroyed", "renamedFrom"), "check": ("stale", "consentMissing")}
    assert not any(cluster[key] for key in keys.get(command, ())), cluster
    assert not [f for f in cluster.get("findings", ()) if f["severity"] == "error"]


def edit_spec(repository: Repository, name: str) -> None:
    """Take an object away."""
    repository.write(name, "tier: production")


def edit_shared_base(repository: Repository, _: str) -> None:
    """Change every cluster."""
    path = repository.root / SHARED
    path.write_text(path.read_text() + "# changed\n")


def edit_own_base(repository: Repository, _: str) -> None:
    """Change the fourth."""
    (repository.root / "clusters/own.yaml").write_text(OWN.replace("3Gi", "2Gi"))


def delete_own_base(repository: Repository, _: str) -> None:
    """Break the fourth."""
    (repository.root / "clusters/own.yaml").unlink()


def edit_output(repository: Repository, name: str) -> None:
    """Change a file of the output by hand, to the same length."""
    path = repository.root / f"clusters/{name}/generated/base/namespace.shop.yaml"
    if path.parent.exists():
        path.write_text(path.read_text().replace("shop", "shot"))


def delete_output(repository: Repository, name: str) -> None:
    """Remove the output by hand."""
    shutil.rmtree(repository.root / f"clusters/{name}/generated", ignore_errors=True)


def link_output(repository: Repository, name: str) -> None:
    """Put a link to the record in its place."""
    path = repository.root / f"clusters/{name}/generated/BUILD.json"
    if path.is_file() and not path.is_symlink():
        path.rename(path.with_name("record"))
        path.symlink_to("record")


def delete_spec(repository: Repository, name: str) -> None:
    """Leave the output behind."""
    (repository.root / f"clusters/{name}/cluster.yaml").unlink(missing_ok=True)


def delete_cluster(repository: Repository, name: str) -> None:
    """Remove the folder."""
    shutil.rmtree(repository.root / "clusters" / name, ignore_errors=True)


def add(repository: Repository, _: str) -> None:
    """Write a spec that was never compiled."""
    repository.write("five", "namespaces: {shop: {}}")


def rename(repository: Repository, name: str) -> None:
    """Continue a cluster under another name."""
    if (repository.root / "clusters" / name).exists():
        shutil.rmtree(repository.root / "clusters" / name)
        repository.write("six", "namespaces: {shop: {}}", f", renamedFrom: {name}")


def touch(repository: Repository, name: str) -> None:
    """Change no byte."""
    path = repository.root / f"clusters/{name}/generated/BUILD.json"
    if path.exists():
        os.utime(path, (1, 1))


def hide(repository: Repository, name: str) -> None:
    """Tell Git to take no look at a file that is then changed."""
    path = f"clusters/{name}/cluster.yaml"
    if (repository.root / path).exists() and repository.git("ls-files", path):
        repository.git("update-index", "--assume-unchanged", path)
        edit_spec(repository, name)


def stage(repository: Repository, _: str) -> None:
    """Put what changed so far into the index."""
    repository.git("add", "-A")


def commit(repository: Repository, _: str) -> None:
    """Commit what changed so far."""
    repository.git("add", "-A")
    repository.git("commit", "-q", "--allow-empty", "-m", "change")


CHANGES: tuple[Callable[[Repository, str], None], ...] = (
    *(edit_spec, edit_shared_base, edit_own_base, delete_own_base, edit_output, delete_output, delete_spec),
    *(delete_cluster, add, rename, touch, hide, stage, commit),
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_one_change_is_seen(repository: Repository, change: Callable[[Repository, str], None]) -> None:
    change(repository, "two")
    assert_same(repository)


@pytest.mark.parametrize("seed", range(4))
def test_changes_in_any_order_are_seen(repository: Repository, seed: int) -> None:
    chance = random.Random(seed)
    for change in chance.sample(CHANGES, 3):
        change(repository, chance.choice(NAMES[:3]))
    assert_same(repository)


def test_one_edited_spec_is_the_only_one_that_is_judged(repository: Repository) -> None:
    edit_spec(repository, "two")
    assert assert_same(repository) == {"one", "three", "four"}


def test_a_changed_base_is_judged_with_its_users_only(repository: Repository) -> None:
    edit_own_base(repository, "")
    assert assert_same(repository) == {"one", "two", "three"}


def test_a_link_in_the_output_is_refused(repository: Repository) -> None:
    link_output(repository, "two")
    assert isinstance(repository.kedge("check", "--against", "reference").exception, EnvironmentFailure)


def test_another_version_judges_every_cluster(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (build_record, records):
        monkeypatch.setattr(module, "VERSION", "99.0.0")
    assert assert_same(repository) == set()


def test_an_output_that_was_left_at_the_reference_is_continued_by_a_new_name(repository: Repository) -> None:
    delete_spec(repository, "two")
    commit(repository, "")
    repository.git("tag", "-f", "reference")
    repository.write("six", "namespaces: {shop: {}}", ", renamedFrom: two")
    judged, _ = said(repository, ["plan", "--against"])
    assert judged == {"six": without_scope(repository, ["plan", "--against"])["six"]}


def test_a_base_that_its_user_does_not_record_is_judged_with_it(repository: Repository) -> None:
    """The spec was edited at the reference and not compiled, so the record does not name its new base."""
    extend(repository, "two", "../own.yaml")
    commit(repository, "")
    repository.git("tag", "-f", "reference")
    edit_own_base(repository, "")
    judged, _ = said(repository, ["plan", "--against"])
    assert judged.keys() == {"two", "four"}


def test_an_interrupted_publication_is_judged(repository: Repository) -> None:
    (repository.root / "clusters/two/.generated.journal").write_text("{}")
    assert said(repository, ["check", "--against"])[0].keys() == {"two"}


def test_a_cluster_that_is_named_is_judged(repository: Repository) -> None:
    done = repository.kedge("plan", "two", "--against", "reference", "-o", "json")
    assert [one["name"] for one in json.loads(done.stdout)["clusters"]] == ["two"]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_the_summary_counts_what_is_not_judged(repository: Repository, command: list[str]) -> None:
    edit_spec(repository, "two")
    assert "3 more clusters unchanged, not judged" in repository.kedge(*command, "reference").stderr


def test_a_filter_of_the_repository_is_never_run(repository: Repository, tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    repository.git("config", "filter.bad.clean", f"touch {witness}; cat")
    (repository.root / ".git/info/attributes").write_text("* filter=bad\n")
    index = repository.root / ".git/index"
    for path in repository.root.glob("clusters/*/cluster.yaml"):
        os.utime(path, ns=(index.stat().st_mtime_ns, index.stat().st_mtime_ns))
    done = repository.kedge("plan", "--against", "reference")
    assert ("every cluster is judged" in done.stderr, witness.exists()) == (True, False)
