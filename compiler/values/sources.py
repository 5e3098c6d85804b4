"""Sources: the key paths of the spec that something was decided from."""

from itertools import chain

from compiler.values.keypath import KeyPath

Sources = tuple[KeyPath, ...]


def merged(*sources: Sources) -> Sources:
    """Return every path once, in order; a path above another one of them says nothing more and is left out."""
    paths = tuple(dict.fromkeys(chain.from_iterable(sources)))
    if len(paths) < 2:
        return paths
    shortest = min(map(len, paths))
    above = {path[:length] for path in paths for length in range(shortest, len(path))}
    return tuple(path for path in paths if path not in above)
