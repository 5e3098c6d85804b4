"""What one changed spec costs in a repository of one cluster and in one of many, and what a second process saves.

Commands that compare with a commit pay for Git's own look at the fleet: Git's three commands alone are measured beside them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Protocol

from tools.bench import fleet, process
from tools.bench.process import Cost

JUDGED = {word: (word, "--against", "HEAD", "--quiet") for word in ("plan", "check", "validate")}
GIT = (
    "git ls-files -v -z -- bases clusters",
    "git diff-index --cached --no-renames --name-only -z HEAD -- bases clusters",
    "git diff-files --name-only -z -- bases clusters",
)
"""What kedge asks Git to find the files that differ."""

HEAD = f"{'':>8} {'1 cluster':>10} {'the fleet':>10} {'ratio':>6} {'less Git':>9} {'wall':>9} {'peak':>10}"
FOOT = "CPU time of whole processes, Git included, after one changed spec; wall time and peak memory in the fleet"


class Runs(Protocol):
    """What runs programs: see Bench."""

    environment: dict[str, str]

    def fresh(self) -> Path:
        """Return a new empty folder."""

    def kedge(self, root: Path, *arguments: str, codes: tuple[int, ...] = (0,)) -> Cost:
        """Run a command of kedge."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The costs of one command in the repository of one cluster and in the fleet, one of each per turn."""

    word: str
    one: list[Cost] = field(default_factory=list)
    many: list[Cost] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Return the median of the ratios of CPU time, turn by turn."""
        return median(m.cpu / o.cpu for o, m in zip(self.one, self.many, strict=True))

    def less(self, git: "Pair") -> float:
        """Return the ratio without what Git needs to look at the fleet."""
        floors = (m.cpu - o.cpu for o, m in zip(git.one, git.many, strict=True))
        turns = zip(self.one, self.many, floors, strict=True)
        return median((m.cpu - floor) / o.cpu for o, m, floor in turns)

    def line(self, git: "Pair") -> str:
        """Return the row of the table."""
        times = " ".join(f"{median(c.cpu for c in costs):7.0f} ms" for costs in (self.one, self.many))
        wall, peak = median(c.wall for c in self.many), median(c.peak for c in self.many)
        less = f"{self.less(git):9.2f}" if self is not git else f"{'':>9}"
        return f"{self.word:>8} {times} {self.ratio:6.2f} {less} {wall:6.0f} ms {peak:6.1f} MiB"


def measure(bench: Runs, size: int, rounds: int) -> list[Pair]:
    """Let each command run in turn in both repositories; the first row is Git's, the last one `commit`'s."""
    roots = [_repository(bench, 1), _repository(bench, size)]
    bare = [_bare(bench, root) for root in roots]
    for root in roots:
        _edit(root)
    git, commit, pairs = Pair("git"), Pair("commit"), [Pair(word) for word in JUDGED]
    for turn in range(rounds + 1):
        for root, costs in zip(roots, (git.one, git.many), strict=True):
            costs.append(_shell(bench, root, "; ".join(GIT)))
        for pair in pairs:
            for root, costs in zip(roots, (pair.one, pair.many), strict=True):
                costs.append(bench.kedge(root, *JUDGED[pair.word], codes=(0, 4)))
        for clone, costs in zip(bare, (commit.one, commit.many), strict=True):
            _merge(bench, clone, turn)
            costs.append(bench.kedge(clone, "commit", "--quiet"))
    rows = [git, *pairs, commit]
    for row in rows:  # the first turn fills the caches of the machine
        del row.one[0], row.many[0]
    return rows


def workers(bench: Runs, size: int, rounds: int) -> tuple[list[Cost], list[Cost]]:
    """Return what a first compile of a fleet costs with one process and with two, in turn."""
    costs: tuple[list[Cost], list[Cost]] = ([], [])
    for _ in range(rounds):
        for jobs, one in enumerate(costs, 1):
            root = bench.fresh()
            fleet.build(root, size)
            one.append(bench.kedge(root, "compile", "--quiet", "--jobs", str(jobs)))
    return costs


def aims(rows: list[Pair]) -> Iterator[tuple[str, float, float, str]]:
    """Yield what is aimed at: words, value, the most that it may be, unit."""
    git, *judged, commit = rows
    for row in judged:
        yield f"{row.word} after one change, fleet to one cluster, less Git", row.less(git), 1.5, "times"
    yield "commit of one change in the fleet", median(c.wall for c in commit.many), 500, "ms of wall time"
    yield "memory of that commit", median(c.peak for c in commit.many), 80, "MiB"


def _repository(bench: Runs, size: int) -> Path:
    """Return a fleet that is compiled and committed."""
    root = bench.fresh()
    fleet.build(root, size)
    bench.kedge(root, "compile", "--quiet")
    _shell(bench, root, "git init -q -b main && git add -A && git commit -q -m compile")
    return root


def _bare(bench: Runs, root: Path) -> Path:
    """Return a bare clone in which kedge made the last commit, as in the one that a robot works in."""
    clone = bench.fresh()
    _shell(bench, root, f"git clone -q --bare . {clone}")
    _merge(bench, clone, -1)
    bench.kedge(clone, "commit", "--quiet")
    return clone


def _edit(root: Path) -> None:
    spec = _spec(root)
    spec.write_text(spec.read_text("utf-8") + "# changed\n", "utf-8")


def _spec(root: Path) -> Path:
    """Return the spec of the fleet's first cluster, which has the same size in every fleet."""
    (spec,) = root.glob("clusters/*-0000/cluster.yaml")
    return spec


def _merge(bench: Runs, clone: Path, turn: int) -> None:
    """Commit a changed spec to the branch, as a merge does."""
    path = f"clusters/{next(iter(fleet.examples_of(fleet.REPOSITORY)))}-0000/cluster.yaml"
    change = f'(git show main:{path}; echo "# {turn}") > spec && blob=$(git hash-object -w spec)'
    index = "GIT_INDEX_FILE=$PWD/scratch-index"
    tree = f"{index} git read-tree main && {index} git update-index --add --cacheinfo 100644,$blob,{path}"
    commit = f"git update-ref refs/heads/main $(git commit-tree -p main -m merge $({index} git write-tree))"
    _shell(bench, clone, f"set -e; {change}; {tree}; {commit}; rm spec scratch-index")


def _shell(bench: Runs, root: Path, script: str) -> Cost:
    return process.run(["sh", "-c", script], root, bench.environment)
