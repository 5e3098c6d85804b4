"""What `kedge compile` costs, as ratios from one run: `python -m tools.bench`. CPU time of whole processes, start included.

For each size of fleet three programs take turns, so that what disturbs the machine disturbs all of them:
    kedge   the whole job: read, prove, build, check against schemas, write manifests, alerts and pages
    floor   write the same files with the same bytes, and nothing else
    peer    Jinja2 and PyYAML write the manifests alone, without any check
Each turn writes into new folders; nothing is deleted before the end, since file systems pay later for deletions.
"""

import argparse
import marshal
import statistics
import sys
import tempfile
from pathlib import Path

import yaml

from tools.bench import change, fleet, peer, process, rows, templates
from tools.bench.process import Cost

SIZES = (1, 10, 100, 1000)
ROUNDS = {1: 9, 10: 5, 100: 3}
"""Turns by size; 2 for larger ones."""

FLEET_ROUNDS = 5
"""Turns of the commands after one changed spec."""


class Bench:
    """A scratch folder, and the programs that run in it."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.environment = process.environment(scratch, fleet.REPOSITORY)
        self.made = scratch / "templates"
        self.folders = 0

    def fresh(self) -> Path:
        """Return a new empty folder."""
        self.folders += 1
        folder = self.scratch / str(self.folders)
        folder.mkdir()
        return folder

    def kedge(self, root: Path, *arguments: str, codes: tuple[int, ...] = (0,)) -> Cost:
        """Run a command of kedge in a fleet."""
        return self._python(root, "-P", "-m", "compiler", *arguments, codes=codes)

    def floor(self, archive: Path) -> Cost:
        """Write an archive's files."""
        script = str(Path(__file__).with_name("floor.py"))
        return self._python(self.scratch, "-I", "-S", script, str(archive), str(self.fresh()))

    def peer(self, root: Path, target: Path) -> Cost:
        """Render a fleet's manifests from templates."""
        return self._python(self.scratch, "-m", "tools.bench.peer", str(root), str(self.made), str(target))

    def _python(self, folder: Path, *arguments: str, codes: tuple[int, ...] = (0,)) -> Cost:
        return process.run([sys.executable, *arguments], folder, self.environment, codes)


def main() -> None:
    """Measure and print. An aim that is missed is a sentence, not an exit code."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="kedge-bench-") as scratch:
        bench = Bench(Path(scratch))
        prepare(bench)
        print("the peer's objects are equal to kedge's\n\ncold start, whole processes", flush=True)
        cold = start(bench, options.rounds or ROUNDS[1])
        print("\n".join(f"  kedge {word:<10} {cost:6.1f} ms" for word, cost in cold.items()) + f"\n\n{rows.HEAD}")
        table = []
        for size in options.sizes:
            table.append(measure(bench, size, options.rounds or ROUNDS.get(size, 2)))
            print(table[-1].line(), flush=True)
        print("\n".join((rows.FOOT, "", *rows.aims(table, cold))), flush=True)
        if options.fleet:
            _print_fleet(bench, options.fleet, options.rounds or FLEET_ROUNDS)


def _print_fleet(bench: Bench, size: int, rounds: int) -> None:
    """Measure and print what a fleet of this size costs."""
    table = change.measure(bench, size, rounds)
    print(f"\none changed spec in a repository of one cluster, and in one of {size}\n{change.HEAD}")
    print("\n".join((*(row.line(table[0]) for row in table), change.FOOT, "")))
    print("\n".join(rows.aim(*aim) for aim in change.aims(table)), flush=True)
    one, two = change.workers(bench, size, max(1, rounds // 2))
    for word, value, most in (
        ("wall", statistics.median(b.wall / a.wall for a, b in zip(one, two, strict=True)), 0.62),
        ("CPU", statistics.median(b.cpu / a.cpu for a, b in zip(one, two, strict=True)), 1.15),
    ):
        print(rows.aim(f"{word} time of compile -j 2 to that of one process, {size} clusters", value, most, "times"))


def prepare(bench: Bench) -> None:
    """Make the peer's templates from kedge's output. Raises ValueError unless both then make the same objects."""
    seed, fleet_, target = bench.fresh(), bench.fresh(), bench.fresh()
    examples = fleet.examples_of(fleet.REPOSITORY)
    for name in fleet.build(seed, len(examples)):
        bench.kedge(seed, "compile", f"clusters/{name}")
        output = templates.manifests(seed / "clusters" / name / "generated")
        tree = peer.layered(seed / "clusters" / name / "cluster.yaml")
        templates.write(bench.made, fleet.example(name), tree, output)
    names = fleet.build(fleet_, 2 * len(examples))
    bench.kedge(fleet_, "compile")
    bench.peer(fleet_, target)
    for name in names:
        if _objects(fleet_ / "clusters" / name / "generated") != _objects(target / name):
            raise ValueError(f"the peer's objects of {name} differ from kedge's")


def start(bench: Bench, rounds: int) -> dict[str, float]:
    """Return what the start of a command costs, in CPU milliseconds."""
    root = bench.fresh()
    cluster = f"clusters/{fleet.build(root, 1)[0]}"
    commands = {"--help": ["--help"], "validate": ["validate", cluster]}
    return {
        word: statistics.median(bench.kedge(root, *arguments).cpu for _ in range(rounds))
        for word, arguments in commands.items()
    }


def measure(bench: Bench, size: int, rounds: int) -> rows.Row:
    """Let the three take turns over fleets of one size."""
    row = rows.Row(size)
    for _ in range(rounds):
        root = bench.fresh()
        fleet.build(root, size)
        row.kedge.append(bench.kedge(root, "compile"))
        row.floor.append(bench.floor(_archive(root, bench.scratch / "archive")))
        row.peer.append(bench.peer(root, bench.fresh()))
    return row


def _archive(root: Path, archive: Path) -> Path:
    """Pack a fleet's output for the floor."""
    with archive.open("wb") as out:
        for path in sorted(root.glob("clusters/*/generated/**/*")):
            if path.is_file():
                marshal.dump((path.relative_to(root).as_posix(), path.read_bytes()), out)
    return archive


def _objects(folder: Path) -> dict[str, object]:
    return {path: yaml.load(text, yaml.CSafeLoader) for path, text in templates.manifests(folder).items()}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="sizes of fleets (default: 1 10 100 1000)")
    parser.add_argument(
        "--fleet", type=int, default=1000, help="size of the fleet with one change (default: 1000; 0: none)"
    )
    parser.add_argument("--rounds", type=int, help="turns for each size (default: by size)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
