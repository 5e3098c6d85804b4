"""What clusters have in common that each must have alone: compared over every cluster, whichever were named."""

from collections.abc import Iterable, Mapping
from functools import cache

from msgspec import Struct

from compiler.change.records import Records
from compiler.cli.fleet import ONE, Workers
from compiler.findings import identities
from compiler.findings.finding import Finding
from compiler.model.cluster import ClusterSpec
from compiler.model.structure import structure
from compiler.pipeline import RunContext
from compiler.proofs.identity import Mark, marks
from compiler.source.layers import Layered, load
from compiler.workspace.files import spec_path

Values = tuple[str, ...]
"""Kind and value of each mark of a cluster, in one text each: a thousand clusters have ten thousand of them."""


class _Read(Struct, frozen=True):
    """A sound spec with the places of its values."""

    layered: Layered
    marks: dict[tuple[str, str], Mark]


def in_common(
    context: RunContext, names: Iterable[str], records: Records, workers: Workers = ONE
) -> Mapping[str, tuple[Finding, ...]]:
    """Return the findings by cluster for those in `names`; one that is about two clusters is in both, and equal.

    A cluster whose record was made from the files that are there now is not parsed again. A value that many clusters have is
    reported for the first of them with each other.
    """
    read, wanted = cache(lambda name: _read(context, name)), frozenset(names)
    found: dict[str, list[Finding]] = {}
    for first, second in _pairs(context, workers, records):
        ours, theirs = read(first), read(second)
        if wanted.isdisjoint((first, second)) or ours is None or theirs is None:
            continue
        shared = [
            identities.Shared(m.kind, m.value, ours.layered.span(m.path), theirs.layered.span(theirs.marks[key].path))
            for key, m in ours.marks.items()
            if key in theirs.marks
        ]
        if shared:
            finding = identities.finding(first, second, shared)
            for name in wanted.intersection((first, second)):
                found.setdefault(name, []).append(finding)
    return {name: tuple(findings) for name, findings in found.items()}


def _pairs(context: RunContext, workers: Workers, records: Records) -> list[tuple[str, str]]:
    """Return the clusters that have a value in common, in order."""
    every = tuple(context.files.clusters())
    first: dict[str, str] = {}

    def values(name: str) -> Values:
        recorded = records.current(name)
        marked = _stated(context, name) if recorded is None else recorded.identity.items()
        return tuple(f"{kind} {value}" for value, kind in marked)

    found = zip(every, workers.each(values, every), strict=True)
    return sorted({(first[v], n) for n, own in found for v in own if first.setdefault(v, n) != n})


def _stated(context: RunContext, name: str) -> Iterable[tuple[str, str]]:
    read = _read(context, name)
    return read.marks if read else ()


def _read(context: RunContext, name: str) -> _Read | None:
    """Return a spec; None where it is not sound, which is a finding of its own, or says `removed`."""
    layered = load(spec_path(name), context.files.read, context.bases)
    spec = structure(layered, name) if isinstance(layered, Layered) else None
    if not isinstance(layered, Layered) or not isinstance(spec, ClusterSpec):
        return None
    return _Read(layered, {(mark.value, mark.kind): mark for mark in marks(spec)})
