"""Sources: the key paths of the spec that something was decided from."""

from compiler.values.keypath import KeyPath

Sources = tuple[KeyPath, ...]


def merged(*sources: Sources) -> Sources:
    """Return every path once, in order; a path above another one of them says nothing more and is left out."""
    paths = dict.fromkeys(path for group in sources for path in group)
    above = {path[:length] for path in paths for length in range(1, len(path))}
    return tuple(path for path in paths if path not in above)
