"""Plans to make pages from: the repository's own clusters, and one whose names are as long as the model lets them be."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from markdown_it import MarkdownIt

from compiler import pipeline
from compiler.plan.plan import Member, Plan
from compiler.render.pages import pages
from compiler.source.cache import BaseCache
from compiler.workspace.files import DiskFiles

ROOT = Path(__file__).parents[3]
NAMES = tuple(sorted(path.parent.name for path in ROOT.glob("clusters/*/cluster.yaml")))
LONG = "n" * 63
LONG_PARTS = "/".join(["p" * 49] * 4)


@cache
def plan(name: str) -> Plan:
    context = pipeline.RunContext(DiskFiles(ROOT), BaseCache(), datetime.date(2026, 11, 21))
    found = pipeline.check(context, name).plan
    assert found is not None
    return found


@cache
def longest() -> Plan:
    """Three members with IPv6, every name at its limit, two locations."""
    base = plan("payments-eu")
    assert base.snapshot is not None and base.delivery is not None
    hosts = tuple(Member(f"{LONG[:-1]}{i}", f"fd00:1111:2222:3333:4444:5555:6666:777{i}") for i in range(3))
    store = replace(
        base.snapshot.stores[0],
        endpoint="https://" + "s3." * 60 + "example.net",
        etcd_prefix=LONG_PARTS,
        bucket=LONG,
        region=LONG,
        name=LONG,
    )
    return replace(
        base,
        cluster="c" * 30,
        endpoint="https://" + "api." * 55 + "example.net",
        members=hosts,
        control_plane_hosts=hosts,
        hosts=hosts,
        snapshot=replace(base.snapshot, stores=(store, replace(store, name="second"))),
        velero_namespace=LONG,
        delivery=replace(base.delivery, namespace=LONG),
        schedules=tuple(replace(s, namespaces=(LONG, "other")) for s in base.schedules),
    )


PLANS: dict[str, Callable[[], Plan]] = {**{name: partial(plan, name) for name in NAMES}, "longest-names": longest}


@cache
def made(case: str) -> dict[str, str]:
    """File name to text of a case's pages."""
    return {name: content.decode() for name, content in pages(PLANS[case]()).items()}


def fences(text: str) -> list[str]:
    """The contents of the fenced blocks of a page."""
    return [token.content for token in MarkdownIt("commonmark").parse(text) if token.type == "fence"]


def all_fences() -> dict[str, str]:
    """Every distinct block of every page of every case, with the page that it was first seen on."""
    return {block: f"{case}/{name}" for case in PLANS for name, text in made(case).items() for block in fences(text)}
