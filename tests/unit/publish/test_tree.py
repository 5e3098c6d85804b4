import errno
import json
import os
import resource
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from compiler.publish import tree as module
from compiler.publish.folder import DiskOutput
from compiler.publish.lock import locked
from compiler.publish.ownership import Changes
from compiler.publish.tree import flush, pending, publish, stale
from compiler.workspace.failure import EnvironmentFailure, Obstructed
from tests.unit.publish.support import generation, names_in, recorded, tree


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "clusters" / "alpha" / "generated"


@pytest.fixture(params=["exchanged", "one by one"])
def either(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test on a file system that can exchange directories, and as if on one that cannot."""
    if request.param == "one by one":
        monkeypatch.setattr(module, "exchange", lambda *_: False)


def seen(folder: Path) -> dict[Path, tuple[int, int]]:
    """Return inode and time of change of everything below a folder, itself included."""
    found = {path: path.lstat() for path in [folder, *folder.rglob("*")]}
    return {path: (status.st_ino, status.st_ctime_ns) for path, status in found.items()}


@pytest.mark.usefixtures("either")
def test_the_output_is_what_was_published(target: Path) -> None:
    for number in range(4):
        publish(target, generation(number))
        assert tree(target) == generation(number)
        assert names_in(target.parent) == ["generated"]


def test_changes_are_returned(target: Path) -> None:
    first, second = recorded({"a": b"1", "b": b"1", "c": b"1"}), recorded({"a": b"1", "b": b"2", "d": b"1"})
    assert publish(target, first) == Changes(added=("BUILD.json", "a", "b", "c"))
    expected = Changes(added=("d",), changed=("BUILD.json", "b"), removed=("c",), unchanged=("a",))
    assert stale(target, second) == expected
    assert publish(target, second) == expected


@pytest.mark.parametrize("name", [".generated.new", ".generated.journal"])
@pytest.mark.parametrize("kind", ["pipe", "link", "file"])
def test_something_strange_at_a_name_of_ours_hangs_nothing(target: Path, name: str, kind: str) -> None:
    publish(target, generation(1))
    place = target.parent / name
    place.unlink(missing_ok=True)
    (target.parent.parent / "elsewhere").mkdir()
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "link":
        place.symlink_to("../elsewhere")
    else:
        place.write_text("x")
    try:
        publish(target, generation(2))
    except Obstructed as refused:
        assert "remove" in refused.advice
        place.unlink()
        publish(target, generation(2))
    assert tree(target) == generation(2)
    assert names_in(target.parent) == ["generated"]


def test_a_second_publication_touches_nothing(target: Path) -> None:
    publish(target, generation(1))
    before = seen(target.parent)
    changes = publish(target, generation(1))
    assert not changes
    assert seen(target.parent) == before


def test_unchanged_files_keep_their_time_when_others_change(target: Path) -> None:
    publish(target, recorded({"a": b"1", "b": b"1"}))
    before = (target / "a").stat().st_mtime_ns
    publish(target, recorded({"a": b"1", "b": b"2"}))
    assert (target / "a").stat().st_mtime_ns == before


def test_checking_writes_nothing(target: Path) -> None:
    assert stale(target, generation(1)).added
    assert not target.parent.exists()


@pytest.mark.usefixtures("either")
@pytest.mark.parametrize(
    "damage", [Path.unlink, lambda path: path.write_bytes(b"edited"), lambda path: path.write_bytes(b"")]
)
def test_any_damaged_file_is_restored(target: Path, damage: Callable[[Path], None]) -> None:
    files = generation(1)
    publish(target, files)
    for path in files:
        damage(target / path)
        assert stale(target, files)
        publish(target, files)
        assert tree(target) == files


@pytest.mark.usefixtures("either")
def test_a_foreign_file_is_kept_with_its_mode(target: Path) -> None:
    publish(target, generation(1))
    foreign = target / "part1" / "mine.sh"
    foreign.write_text("mine")
    foreign.chmod(0o750)
    publish(target, recorded({"one.yaml": b"1"}))
    assert foreign.read_text() == "mine"
    assert stat.S_IMODE(foreign.stat().st_mode) == 0o750
    assert sorted(tree(target)) == ["BUILD.json", "one.yaml", "part1/mine.sh"]


@pytest.mark.usefixtures("either")
def test_an_edited_file_that_is_no_longer_produced_is_kept_and_reported(target: Path) -> None:
    publish(target, recorded({"a": b"1", "b": b"1"}))
    (target / "b").write_text("edited by hand")
    changes = publish(target, recorded({"a": b"1"}))
    assert changes.kept == ("b",)
    assert (target / "b").read_text() == "edited by hand"


@pytest.mark.usefixtures("either")
def test_a_folder_gives_way_to_a_file_and_back(target: Path) -> None:
    publish(target, recorded({"a/b": b"1"}))
    publish(target, recorded({"a": b"1"}))
    assert sorted(tree(target)) == ["BUILD.json", "a"]
    publish(target, recorded({"a/b": b"1"}))
    assert sorted(tree(target)) == ["BUILD.json", "a/b"]


@pytest.mark.usefixtures("either")
def test_no_output_removes_the_folder(target: Path) -> None:
    publish(target, generation(1))
    publish(target, {})
    assert not target.exists()


def test_no_output_leaves_foreign_files(target: Path) -> None:
    publish(target, generation(1))
    (target / "notes.md").write_text("mine")
    publish(target, {})
    assert tree(target) == {"notes.md": b"mine"}


def test_a_folder_that_is_not_ours_is_refused(target: Path) -> None:
    target.mkdir(parents=True)
    (target / "thesis.tex").write_text("years of work")
    with pytest.raises(Obstructed, match=r"it has files and no BUILD\.json"):
        publish(target, generation(1))
    assert tree(target) == {"thesis.tex": b"years of work"}


def test_a_foreign_file_at_a_produced_path_is_refused(target: Path) -> None:
    publish(target, recorded({"a": b"1"}))
    (target / "b").write_text("mine")
    with pytest.raises(Obstructed, match="b is in the way"):
        publish(target, recorded({"a": b"1", "b": b"1"}))
    assert (target / "b").read_text() == "mine"


@pytest.mark.parametrize("foreign", ["README.MD", "part/x", "one.yaml/x"])
def test_a_foreign_name_that_clashes_is_refused(target: Path, foreign: str) -> None:
    publish(target, recorded({"keep": b""}))
    (target / foreign).parent.mkdir(exist_ok=True)
    (target / foreign).write_text("mine")
    with pytest.raises(Obstructed, match="is in the way"):
        publish(target, recorded({"readme.md": b"1", "part": b"1", "one.yaml": b"1"}))


@pytest.mark.parametrize(
    "where", ["clusters", "clusters/alpha", "clusters/alpha/generated", "clusters/alpha/generated/a"]
)
def test_a_symbolic_link_in_the_way_is_refused(tmp_path: Path, target: Path, where: str) -> None:
    publish(target, recorded({"a/b": b"1"}))
    linked = tmp_path / where
    linked.rename(tmp_path / "outside")
    linked.symlink_to(tmp_path / "outside")
    before = seen(tmp_path / "outside")
    for act in (publish, stale):
        with pytest.raises(Obstructed):
            act(target, recorded({"a/b": b"2"}))
    assert seen(tmp_path / "outside") == before


def test_a_missing_folder_is_not_created_through_a_link(tmp_path: Path, target: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "clusters").symlink_to(tmp_path / "outside")
    with pytest.raises(Obstructed):
        publish(target, generation(1))
    assert not list((tmp_path / "outside").iterdir())


@pytest.mark.parametrize(
    "path", ["../x", "/x", "a/../b", "a//b", ".git/config", "a/.x", "-x", "a b", "a\nb", "ä", "", "a/", "x" * 200, "a."]
)
def test_names_outside_the_grammar_are_refused(target: Path, path: str) -> None:
    with pytest.raises(ValueError, match="outside the grammar"):
        publish(target, recorded({path: b""}))
    assert not target.exists()


@pytest.mark.parametrize("pair", [("a", "A"), ("a", "a/b"), ("X/y", "x")])
def test_names_that_clash_on_some_file_systems_are_refused(target: Path, pair: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="output path"):
        publish(target, recorded(dict.fromkeys(pair, b"")))


@pytest.mark.parametrize(
    "folder", ["elsewhere", "clusters/../generated", "clusters/UP/generated", "clusters/a/b/generated", ""]
)
def test_a_folder_outside_the_layout_is_refused(tmp_path: Path, folder: str) -> None:
    with pytest.raises(ValueError, match="is not clusters/<name>/generated"):
        publish(tmp_path / folder, generation(1))


def test_output_without_its_record_is_refused(target: Path) -> None:
    with pytest.raises(ValueError, match=r"lacks BUILD\.json"):
        publish(target, {"a": b"1"})


@pytest.mark.parametrize("record", [b"<<<<<<< ours", b"", b"[]", b'{"files": 3}', b"[" * 100_000])
def test_a_damaged_record_is_repaired_and_foreign_files_stay(target: Path, record: bytes) -> None:
    publish(target, generation(1))
    (target / "BUILD.json").write_bytes(record)
    (target / "notes.md").write_text("mine")
    publish(target, generation(3))
    assert tree(target) == {**generation(3), "notes.md": b"mine"}


def test_a_record_cannot_claim_files_outside(tmp_path: Path, target: Path) -> None:
    publish(target, generation(1))
    (target.parent / "cluster.yaml").write_text("spec")
    record = json.loads((target / "BUILD.json").read_text())
    record["files"]["../cluster.yaml"] = "0" * 64
    (target / "BUILD.json").write_text(json.dumps(record))
    publish(target, generation(2))
    assert (target.parent / "cluster.yaml").read_text() == "spec"


def test_a_record_that_does_not_list_the_output_is_refused(target: Path) -> None:
    with pytest.raises(ValueError, match="does not list exactly"):
        publish(target, recorded({"a": b"1"}) | {"b": b"2"})


def test_a_journal_whose_output_was_deleted_is_dropped(target: Path) -> None:
    forged(target, {"remove": {}, "replace": ["x"]}, "x")
    publish(target, generation(1))
    assert tree(target) == generation(1)
    assert names_in(target.parent) == ["generated"]


def test_a_file_that_vanishes_meanwhile_is_a_failure(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(target, generation(1))
    whole = DiskOutput

    def late(directory: int, paths: frozenset[str]) -> object:
        (target / "part0/object-0.yaml").unlink()
        return whole(directory, paths)

    monkeypatch.setattr(module, "DiskOutput", late)
    with pytest.raises(EnvironmentFailure, match="No such file"):
        publish(target, generation(2))


def test_another_publisher_is_waited_for_and_then_named(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(target, generation(1))
    monkeypatch.setattr(module, "locked", partial(locked, wait=0.05))
    held = os.open(target.parent, os.O_RDONLY)
    with locked(held), pytest.raises(EnvironmentFailure, match="another kedge"):
        publish(target, generation(2))
    publish(target, generation(2))
    os.close(held)


def test_an_interrupted_replacement_is_seen_and_finished(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(target, generation(1))
    monkeypatch.setattr(module, "exchange", lambda *_: False)
    whole, steps = os.rename, iter(range(6))

    def full_disk(*arguments: object, **options: object) -> None:
        if next(steps, None) is None:
            raise OSError(errno.ENOSPC, "full")
        whole(*arguments, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(os, "rename", full_disk)
        with pytest.raises(EnvironmentFailure):
            publish(target, generation(2))
    assert pending(target)
    assert tree(target) not in (generation(1), generation(2))
    publish(target, generation(2))
    assert tree(target) == generation(2)
    assert not pending(target)
    assert names_in(target.parent) == ["generated"]


def forged(target: Path, plan: object, staged: str) -> None:
    """Lay a journal and a staging folder beside the output, as a hostile checkout could."""
    staging = target.parent / ".generated.new" / staged
    staging.parent.mkdir(parents=True)
    staging.write_text("forged")
    (target.parent / ".generated.journal").write_text(json.dumps(plan))


@pytest.mark.parametrize(
    "plan", [{"remove": {"../cluster.yaml": ""}, "replace": ["../x"]}, {"remove": [], "replace": 3}, 7]
)
def test_a_forged_journal_cannot_reach_outside(target: Path, plan: object) -> None:
    publish(target, generation(1))
    forged(target, plan, "x")
    publish(target, generation(1))
    assert tree(target) == generation(1)
    assert names_in(target.parent) == ["generated"]


def test_a_forged_journal_cannot_write_through_a_link(tmp_path: Path, target: Path) -> None:
    publish(target, generation(1))
    (tmp_path / "outside").mkdir()
    (target / "linked").symlink_to(tmp_path / "outside")
    forged(target, {"remove": {}, "replace": ["linked/x"]}, "linked/x")
    with pytest.raises(Obstructed):
        publish(target, generation(1))
    assert names_in(tmp_path / "outside") == []


def test_a_file_system_without_hard_links_is_served(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(errno.EPERM, "no links here")

    publish(target, generation(1))
    (target / "notes.md").write_text("mine")
    monkeypatch.setattr("compiler.publish.folder.link", no_links)
    publish(target, generation(2))
    assert tree(target) == {**generation(2), "notes.md": b"mine"}


@pytest.fixture
def small_files_only() -> Iterator[None]:
    """Let every write beyond 2000 bytes fail, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_write_that_fails_leaves_the_old_output(target: Path, request: pytest.FixtureRequest) -> None:
    publish(target, generation(1))
    request.getfixturevalue("small_files_only")
    big = generation(2) | {"part0/object-0.yaml": b"x" * 5000}
    with pytest.raises(EnvironmentFailure, match="File too large"):
        publish(target, big)
    assert tree(target) == generation(1)
    assert names_in(target.parent) == ["generated"]


def test_a_full_disk_leaves_the_old_output_at_every_level(tmp_path: Path) -> None:
    script = f"exec {sys.executable} -m tests.unit.publish.full_disk {tmp_path}"
    mount = f"mount -t tmpfs -o size=256k none {tmp_path} && {script}"
    enter = ["unshare", "--map-root-user", "--mount", "--user"]
    if not shutil.which("unshare") or subprocess.run([*enter, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no mount name spaces here")
    done = subprocess.run([*enter, "sh", "-c", mount], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    failed, succeeded = map(int, done.stdout.split())
    assert failed > 10
    assert succeeded > 10


def test_a_folder_without_permission_is_named(target: Path) -> None:
    """In a process that is not root: nobody may write here."""
    publish(target, generation(1))
    for folder in [target.parent, *target.parents]:
        if folder.is_relative_to(target.parents[2].parent) or os.getuid() == 0:
            folder.chmod(folder.stat().st_mode | 0o055)
    target.parent.chmod(0o555)
    script = (
        "import os, sys; from pathlib import Path\n"
        "from compiler.publish.tree import publish; from tests.unit.publish.support import generation\n"
        "os.getuid() or os.setuid(65534)\n"
        "publish(Path(sys.argv[1]), generation(2))"
    )
    done = subprocess.run([sys.executable, "-c", script, str(target)], capture_output=True, text=True, check=False)
    target.parent.chmod(0o755)
    assert "EnvironmentFailure: cannot write" in done.stderr
    assert "Permission denied" in done.stderr
    assert tree(target) == generation(1)


def test_a_run_can_be_made_durable(target: Path) -> None:
    publish(target, generation(1))
    flush(target.parents[2])
