"""Which repository and which clusters a command works on."""

import datetime
import os
from dataclasses import dataclass
from pathlib import Path

import click

from compiler.pipeline import RunContext
from compiler.source.cache import BaseCache
from compiler.workspace.files import SPEC_NAME, DiskFiles, Files

CLUSTERS = "clusters"


@dataclass(frozen=True, slots=True)
class Selection:
    """The root of a repository and the clusters in it that were asked for."""

    root: Path
    names: tuple[str, ...]

    @property
    def files(self) -> DiskFiles:
        """The repository's files on disk."""
        return DiskFiles(self.root)

    def orphans(self) -> tuple[str, ...]:
        """Return the clusters whose output still lies there although their spec is gone."""
        outputs = self.root.glob(f"{CLUSTERS}/*/generated/BUILD.json")
        return tuple(sorted({path.parts[-3] for path in outputs} - set(self.files.clusters())))


def select(paths: tuple[str, ...]) -> Selection:
    """Return what the arguments name: folders `clusters/<name>` or their specs; without any, every cluster of this repository.

    Raises click.UsageError where nothing is found: no input is never success.
    """
    if not paths:
        return _every(_upward(Path.cwd()))
    places = [_named(path) for path in paths]
    roots = {root for root, _ in places}
    if len(roots) > 1:
        raise click.UsageError(f"these clusters lie in different repositories: {', '.join(sorted(map(str, roots)))}")
    return Selection(roots.pop(), tuple(dict.fromkeys(name for _, name in places)))


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


def _named(path: str) -> tuple[Path, str]:
    folder = Path(os.path.abspath(path))  # noqa: PTH100 - resolves `..` without following links, which a path may not cross
    if folder.name == SPEC_NAME:
        folder = folder.parent
    if folder.parent.name != CLUSTERS or not (folder / SPEC_NAME).is_file():
        raise click.UsageError(f"{path} is not a cluster: a cluster is a folder {CLUSTERS}/<name> with a {SPEC_NAME}")
    return folder.parent.parent, folder.name


def _every(root: Path) -> Selection:
    names = DiskFiles(root).clusters()
    if not names:
        raise click.UsageError(f"there is no cluster in {root / CLUSTERS}: begin with `kedge init <name>`")
    return Selection(root, tuple(names))


def _upward(start: Path) -> Path:
    found = next((folder for folder in (start, *start.parents) if (folder / CLUSTERS).is_dir()), None)
    if found is None:
        raise click.UsageError(f"there is no folder {CLUSTERS}/ here or above: begin with `kedge init <name>`")
    return found
