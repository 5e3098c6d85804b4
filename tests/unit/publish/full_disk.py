"""Fill a small file system to many levels and publish on each; run in a mount name space of its own by test_tree.

Arguments: the folder of the small file system. Prints how many publications failed and how many succeeded.
"""

import sys
from pathlib import Path

from compiler.publish.tree import publish
from compiler.workspace.failure import EnvironmentFailure
from tests.unit.publish.support import recorded, tree

OLD = recorded({f"part{index % 3}/{index}": b"old" * 1000 for index in range(10)})
NEW = recorded({f"part{index % 3}/{index}": b"new" * 3000 for index in range(10)})


def survives(root: Path, ballast: int) -> bool:
    """Publish with this many bytes taken; return whether it succeeded, after checking that no third state exists."""
    target, filler = root / "clusters/alpha/generated", root / "filler"
    publish(target, OLD)
    filler.write_bytes(b"x" * ballast)
    try:
        publish(target, NEW)
        done = True
    except EnvironmentFailure as failure:
        assert "No space left on device" in failure.happened, failure
        done = False
    assert tree(target) == (NEW if done else OLD)
    assert [path.name for path in target.parent.iterdir()] == ["generated"]
    filler.unlink()
    publish(target, NEW)
    assert tree(target) == NEW
    return done


if __name__ == "__main__":
    results = [survives(Path(sys.argv[1]), ballast) for ballast in range(0, 205_000, 4096)]
    print(results.count(False), results.count(True))
