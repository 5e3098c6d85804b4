"""Plans to make pages from: the repository's own clusters, and one whose names are as long as the model lets them be."""

import datetime
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from markdown_it import MarkdownIt
from msgspec.structs import replace

from compiler import manifests, pipeline
from compiler.plan.plan import Plan
from compiler.plan.topology import Host
from compiler.render.pages import pages as rendered
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
    etcd, backup, velero = base.topology.etcd, base.etcd_backup, base.applications
    assert backup is not None and etcd is not None and base.delivery is not None
    hosts = tuple(Host(f"{LONG[:-1]}{i}", f"fd00:1111:2222:3333:4444:5555:6666:777{i}") for i in range(3))
    store = replace(
        backup.stores[0],
        endpoint="https://" + "s3." * 60 + "example.net",
        etcd_prefix=LONG_PARTS,
        bucket=LONG,
        region=LONG,
        name=LONG,
    )
    return replace(
        base,
        cluster=replace(base.cluster, name="c" * 30, endpoint="https://" + "api." * 55 + "example.net"),
        topology=replace(base.topology, hosts=hosts, control_plane_hosts=hosts, etcd=replace(etcd, members=hosts)),
        etcd_backup=replace(backup, stores=(store, replace(store, name="second"))),
        applications=replace(
            velero,
            velero=replace(velero.velero, namespace=LONG),
            schedules=tuple(replace(s, namespaces=(LONG, "other")) for s in velero.schedules),
        ),
        delivery=replace(base.delivery, engine=replace(base.delivery.engine, namespace=LONG)),  # type: ignore[type-var]
    )


def pages(of: Plan, language: str = "en") -> dict[str, bytes]:
    """The pages of a plan, beside the objects that it asks for."""
    return {page.name: page.content for page in rendered(of, manifests.emit(of), language)}


def without_etcd_backup() -> Plan:
    """A cluster whose etcd is backed up by nobody."""
    return replace(plan("payments-eu"), etcd_backup=None)


def without_delivery() -> Plan:
    """A cluster to which something brings the output that the spec does not state."""
    return replace(plan("payments-eu"), delivery=None)


PLANS: dict[str, Callable[[], Plan]] = {
    **{name: partial(plan, name) for name in NAMES},
    "longest-names": longest,
    "without-etcd-backup": without_etcd_backup,
    "without-delivery": without_delivery,
}


@cache
def made(case: str) -> dict[str, str]:
    """File name to text of a case's pages."""
    return {name: content.decode() for name, content in pages(PLANS[case]()).items()}


def fences(text: str) -> list[str]:
    """The contents of the fenced blocks of a page."""
    return [
        token.content for token in MarkdownIt("commonmark").parse(text) if token.type == "fence" and token.info == "sh"
    ]


def all_fences() -> dict[str, str]:
    """Every distinct block of every page of every case, with the page that it was first seen on."""
    return {block: f"{case}/{name}" for case in PLANS for name, text in made(case).items() for block in fences(text)}
