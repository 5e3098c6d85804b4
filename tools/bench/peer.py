"""A peer: manifests by Jinja2 templates from specs that PyYAML reads, as many a platform team makes them.

Usage: peer.py SPECS TEMPLATES TARGET. It merges the bases and writes the manifests; it checks nothing, proves nothing
and writes no pages.
"""

import functools
import sys
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

CLUSTER = "CLUSTER"
"""Placeholder of the cluster's name in the name of a template."""


def main(specs: Path, templates: Path, target: Path) -> None:
    """Render every cluster below `specs` with the templates of its example."""
    environment = Environment(loader=FileSystemLoader(templates), undefined=StrictUndefined, keep_trailing_newline=True)
    listed = functools.cache(lambda example: sorted(p.name for p in (templates / example).iterdir()))
    for spec in sorted(specs.glob("clusters/*/cluster.yaml")):
        tree = layered(spec)
        name = tree["metadata"]["name"]
        example = name.rpartition("-")[0]
        for template in listed(example):
            path = target / name / template.replace(CLUSTER, name).replace(",", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(environment.get_template(f"{example}/{template}").render(tree), "utf-8")


def merged(below: Any, above: Any) -> Any:
    """Return a layer laid over another: mappings merge key by key, everything else is replaced, null removes."""
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    keys = [*below, *(key for key in above if key not in below)]
    both = {key: merged(below.get(key), above[key]) if key in above else below[key] for key in keys}
    return {key: value for key, value in both.items() if value is not None}


def layered(path: Path) -> Any:
    """Return a spec laid over its bases."""
    tree = yaml.load(path.read_bytes(), yaml.CSafeLoader)
    layers = [*(_base((path.parent / base).resolve()) for base in tree["extends"]), tree["spec"]]
    return tree | {"spec": functools.reduce(merged, layers)}


@functools.cache
def _base(path: Path) -> Any:
    return yaml.load(path.read_bytes(), yaml.CSafeLoader)["spec"]


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
