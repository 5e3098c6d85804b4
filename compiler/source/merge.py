"""One rule for layers: mappings merge key by key, everything else is replaced, the upper layer wins, null removes."""

from compiler.source.document import Tree


def merged(lower: dict[str, Tree], upper: dict[str, Tree]) -> dict[str, Tree]:
    """Return `upper` laid over `lower`. Neither is changed; what only one of them has is shared, not copied."""
    result = dict(lower)
    for key, value in upper.items():
        below = lower.get(key)
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            result[key] = merged(below if isinstance(below, dict) else {}, value)
        else:
            result[key] = value
    return result


def idle_nulls(lower: Tree, upper: Tree, path: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the paths below `path` at which `upper` says null although `lower` has nothing to remove."""
    if not isinstance(upper, dict):
        return []
    below = lower if isinstance(lower, dict) else {}
    paths: list[tuple[str, ...]] = []
    for key, value in upper.items():
        if isinstance(value, dict):
            paths += idle_nulls(below.get(key), value, (*path, key))
        elif value is None and key not in below:
            paths.append((*path, key))
    return paths
