"""One contract, two homes: files on disk and files in a commit read the same."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.workspace.failure import EnvironmentFailure, ForbiddenPath, MissingFile
from compiler.workspace.files import DiskFiles, Files
from compiler.workspace.repository import Repository
from tests.unit.publish.support import git

Home = Callable[[], Files]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    for path in (
        "clusters/beta/cluster.yaml",
        "clusters/alpha/cluster.yaml",
        "clusters/none/notes.md",
        "bases/org.yaml",
    ):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(path)
    (folder / "clusters/.hidden").mkdir()
    (folder / "clusters/.hidden/cluster.yaml").write_text("hidden")
    (folder / "bases/Ünicode näme.yaml").write_text("odd")
    (tmp_path / "secret").write_text("secret")
    (folder / "bases/link.yaml").symlink_to(tmp_path / "secret")
    (folder / "clusters/linked").symlink_to(folder / "clusters/alpha")
    return folder


@pytest.fixture(params=["disk", "commit"])
def files(request: pytest.FixtureRequest, root: Path) -> Files:
    if request.param == "disk":
        return DiskFiles(root)
    repository = Repository.discover(committed(root) / "clusters")
    return repository.files(repository.resolve("main"))


def committed(root: Path) -> Path:
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message=x")
    return root


def test_a_file_is_read(files: Files) -> None:
    assert files.read("clusters/alpha/cluster.yaml") == b"clusters/alpha/cluster.yaml"
    assert files.read("bases/Ünicode näme.yaml") == b"odd"


def test_clusters_are_the_folders_with_a_spec(files: Files) -> None:
    assert files.clusters() == ["alpha", "beta"]


def test_a_listing_has_plain_files_only(files: Files) -> None:
    assert files.listing("bases") == ["bases/org.yaml", "bases/Ünicode näme.yaml"]
    assert files.listing("clusters/alpha") == ["clusters/alpha/cluster.yaml"]
    assert len(files.listing("clusters")) == 3
    assert files.listing("nowhere") == files.listing("clusters/linked") == []


@pytest.mark.parametrize("path", ["clusters/gamma/cluster.yaml", "clusters", "nowhere", "bases/org.yaml/x"])
def test_what_is_not_there_is_missing(files: Files, path: str) -> None:
    assert not files.exists(path)
    with pytest.raises(EnvironmentFailure):
        files.read(path)


def test_a_missing_file_has_an_error_of_its_own(files: Files) -> None:
    with pytest.raises(MissingFile, match="clusters/gamma"):
        files.read("clusters/gamma/cluster.yaml")


@pytest.mark.parametrize(
    "path", ["../secret", "/etc/passwd", "bases/../../secret", "", "bases//org.yaml", "./bases", "a\0b"]
)
def test_a_path_that_leaves_the_root_is_refused(files: Files, path: str) -> None:
    with pytest.raises(ForbiddenPath):
        files.read(path)


@pytest.mark.parametrize("path", ["bases/link.yaml", "clusters/linked/cluster.yaml"])
def test_a_symbolic_link_is_not_followed(files: Files, path: str) -> None:
    assert not files.exists(path)
    with pytest.raises(ForbiddenPath):
        files.read(path)


def test_contents_are_what_read_returns_and_none_where_it_raises(files: Files) -> None:
    readable = ("clusters/beta/cluster.yaml", "bases/org.yaml", "clusters/beta/cluster.yaml", "bases/Ünicode näme.yaml")
    refused = ("../secret", "", "/bases", "bases//org.yaml", "clusters/linked/cluster.yaml", "bases/link.yaml", "bases")
    paths = [path for pair in zip(readable, refused, strict=False) for path in pair] + list(refused[4:])
    assert list(files.contents(paths)) == [files.read(path) if path in readable else None for path in paths]


def test_a_folder_that_is_damaged_hides_no_other(root: Path) -> None:
    repository = Repository.discover(committed(root))
    oid = git(root, "rev-parse", "main:clusters/alpha")
    (root / ".git/objects" / oid[:2] / oid[2:]).unlink()
    files = repository.files(repository.resolve("main"))
    assert list(files.contents(["clusters/alpha/cluster.yaml", "clusters/beta/cluster.yaml"])) == [
        None,
        b"clusters/beta/cluster.yaml",
    ]
    with pytest.raises(EnvironmentFailure, match=oid):
        files.clusters()


def test_outputs_are_the_clusters_with_a_folder_of_output(root: Path) -> None:
    for path in ("clusters/alpha/generated/a/b.yaml", "clusters/none/generated/c.yaml", "clusters/.hidden/generated/d"):
        (root / path).parent.mkdir(parents=True)
        (root / path).write_text(path)
    (root / "clusters/beta/generated").write_text("a file")
    repository = Repository.discover(committed(root))
    names = [".hidden", "alpha", "none"]
    assert repository.files(repository.resolve("main")).outputs() == DiskFiles(root).outputs() == names


def test_a_pipe_is_refused_without_waiting(root: Path) -> None:
    os.mkfifo(root / "bases/pipe.yaml")
    with pytest.raises(ForbiddenPath):
        DiskFiles(root).read("bases/pipe.yaml")


def test_a_file_beyond_the_limit_is_refused(root: Path) -> None:
    with (root / "bases/big.yaml").open("wb") as big:
        big.truncate(2**40)
    with pytest.raises(EnvironmentFailure, match="the limit is"):
        DiskFiles(root).read("bases/big.yaml")
