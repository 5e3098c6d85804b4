"""Folders below clusters/ without a spec, reported where every cluster is processed."""

from pathlib import Path

from compiler.cli.selection import CLUSTERS, Selection
from compiler.findings import folders
from compiler.findings.finding import Finding
from compiler.report.text import command
from compiler.source.fault import folder_name
from compiler.workspace.files import OUTPUT, SPEC_NAME


def strays(selection: Selection) -> list[tuple[str, Finding]]:
    """Return each folder below clusters/ that is not empty and has no spec, with what is wrong; none where clusters were named."""
    top = selection.root / CLUSTERS
    if not selection.every or not top.is_dir():
        return []
    known, orphans = set(selection.names), set(selection.orphans())
    candidates = sorted(path for path in top.iterdir() if path.name[0] != "." and path.name not in known)
    return [(path.name, _finding(path, path.name in orphans)) for path in candidates if _counts(path)]


def _counts(path: Path) -> bool:
    """Return whether a name below clusters/ is a link to a folder, or a folder that Git would know."""
    return path.is_dir() and (path.is_symlink() or any(path.iterdir()))


def _finding(path: Path, orphan: bool) -> Finding:
    name = path.name
    place = f"{CLUSTERS}/{name}"
    if path.is_symlink():
        return folders.finding(place, f"{folder_name(name)} is a link, and kedge follows none", "put a folder there")
    if orphan:
        remove = command("git", "rm", "-r", f"{place}/{OUTPUT}")
        message = f"the spec of {folder_name(name)} was deleted, and its output is still synced"
        return folders.finding(f"{place}/{OUTPUT}", message, f"restore the spec, or {remove}")
    other = next(
        (n for n in sorted(p.name for p in path.iterdir()) if n.lower() in ("cluster.yml", "cluster.yaml")), None
    )
    if other:
        message = f"{folder_name(name)} has no {SPEC_NAME}: {other} is not read"
        return folders.finding(
            f"{place}/{other}", message, command("git", "mv", f"{place}/{other}", f"{place}/{SPEC_NAME}")
        )
    return folders.finding(
        place, f"{folder_name(name)} has no {SPEC_NAME}", f"write one, or move the folder out of {CLUSTERS}/"
    )
