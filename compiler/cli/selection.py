"""Which repository and which clusters a command works on."""

import datetime
import difflib
import os
from pathlib import Path

import click
from msgspec import Struct

from compiler.pipeline import RunContext
from compiler.source.cache import BaseCache
from compiler.source.fault import folder_name
from compiler.workspace.files import OUTPUT, SPEC_NAME, DiskFiles, Files

CLUSTERS = "clusters"


class Selection(Struct, frozen=True):
    """The root of a repository and the clusters in it that were asked for; `every` where none was named."""

    root: Path
    names: tuple[str, ...]
    every: bool

    @property
    def files(self) -> DiskFiles:
        """The repository's files on disk."""
        return DiskFiles(self.root)

    def orphans(self) -> tuple[str, ...]:
        """Return the clusters whose output is still there although their spec is gone; none where clusters were named."""
        top = self.root / CLUSTERS
        if not self.every or not top.is_dir():
            return ()
        without = {path.name for path in top.iterdir()} - set(self.names)
        return tuple(sorted(name for name in without if (top / name / OUTPUT / "BUILD.json").exists()))

    def output_folder(self, name: str) -> Path:
        """Return the folder of a cluster's output."""
        return self.root / CLUSTERS / name / OUTPUT


def select(paths: tuple[str, ...], folder: Path) -> Selection:
    """Return the clusters that the arguments name, as folders `clusters/<name>`, specs or plain names; without any, every cluster.

    `folder` is what relative paths start from. Raises click.UsageError for an argument that is no cluster.
    """
    if not paths:
        root = _upward(folder)
        return Selection(root, tuple(DiskFiles(root).clusters()), every=True)
    found = [_named(path, folder) for path in paths]
    roots = {root for root, _ in found}
    if len(roots) > 1:
        raise click.UsageError(f"these clusters are in different repositories: {', '.join(sorted(map(str, roots)))}")
    return Selection(roots.pop(), tuple(dict.fromkeys(name for _, name in found)), every=False)


def refuse_none(selection: Selection) -> None:
    """Raise click.UsageError where there is no cluster to work on: no input is never success."""
    if selection.names:
        return
    orphans = selection.orphans()
    if orphans:
        raise click.UsageError(
            f"there is no spec in {selection.root / CLUSTERS}, and the output of {', '.join(map(folder_name, orphans))} is still synced:"
            f" restore the spec, or remove the output as `kedge check` says"
        )
    raise click.UsageError(f"there is no cluster in {selection.root / CLUSTERS}: start with `kedge init <name>`")


def run_context(files: Files) -> RunContext:
    """Return what a run works with; the day is today's, or that of SOURCE_DATE_EPOCH for builds that must not change."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch and not (epoch.isascii() and epoch.isdigit() and len(epoch) <= 11):
        raise click.UsageError("SOURCE_DATE_EPOCH must be seconds since 1970")
    today = (
        datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date()
        if epoch.isdigit()
        else datetime.datetime.now(datetime.UTC).date()
    )
    return RunContext(files, BaseCache(), today)


def _named(argument: str, start: Path) -> tuple[Path, str]:
    """Return root and name of the cluster that an argument names: a path first, else the name of a cluster."""
    folder = Path(os.path.abspath(start / argument))  # noqa: PTH100 - resolves `..` without following links, which a path may not cross
    if folder.name == SPEC_NAME:
        folder = folder.parent
    if folder.parent.name == CLUSTERS and (folder / SPEC_NAME).is_file():
        return folder.parent.parent, folder.name
    root = _root(start)
    known = DiskFiles(root).clusters() if root else []
    if root and argument in known:
        return root, argument
    close = difflib.get_close_matches(folder.name, known, n=1)
    hint = (
        f"; did you mean {folder_name(close[0])}?"
        if close
        else f": a cluster is a folder {CLUSTERS}/<name> with a {SPEC_NAME}"
    )
    raise click.UsageError(f"{argument!a} is not a cluster{hint}")


def _root(start: Path) -> Path | None:
    """Return the nearest folder with `clusters/`, or the root of the repository: the last cluster may just have been deleted."""
    above = [start.absolute(), *start.absolute().parents]
    with_clusters = next((folder for folder in above if (folder / CLUSTERS).is_dir()), None)
    return with_clusters or next((folder for folder in above if (folder / ".git").exists()), None)


def _upward(start: Path) -> Path:
    root = _root(start)
    if root is None:
        raise click.UsageError(f"there is no folder {CLUSTERS}/ here or above: start with `kedge init <name>`")
    return root
