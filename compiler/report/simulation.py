"""What a set of failures leaves, in words and as data."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType

from msgspec import Struct

from compiler.model.cluster import Spec
from compiler.proofs import minimum
from compiler.proofs.capacity import Compute
from compiler.proofs.simulation import ETCD, Copies, Data, Enumeration, Simulation, Situation
from compiler.values import duration, quantity

PAGES: Mapping[Situation, str] = MappingProxyType(
    {"member-lost": "etcd-member-lost", "quorum-lost": "etcd-quorum-lost"}
)
"""The page that answers a situation of the control plane; the others have none."""

BACKUP_PAGE = "backup-missing"
"""The page that answers the loss of a location: the next backup does not arrive there."""

LIMIT = 50
"""Sets of failures that are printed; data has them all."""


class Answered(Struct, frozen=True, kw_only=True):
    """One simulation of a cluster: `pages` are those to open, the first first; `broken` are promises that it breaks."""

    simulation: Simulation
    pages: tuple[str, ...]
    broken: tuple[str, ...]


def answered(spec: Spec, pages: frozenset[str], simulation: Simulation) -> Answered:
    """Return a simulation with the page that answers it, of those that the cluster has, and the promises that it breaks."""
    control_plane = PAGES.get(simulation.situation)
    backup = BACKUP_PAGE if any(set(c.stream.to) > set(c.left) for c in simulation.copies) else None
    answers = tuple(page for page in (control_plane, backup) if page in pages and page is not None)
    broken = tuple(_broken(spec, simulation, answered=control_plane in pages))
    return Answered(simulation=simulation, pages=answers, broken=broken)


def _broken(spec: Spec, simulation: Simulation, *, answered: bool) -> Iterator[str]:
    """Yield the promises about the loss of one domain that do not hold; nothing is promised about two. No page brings workloads back."""
    if len(simulation.failures) != 1:
        return
    kind = simulation.failures[0].kind
    if simulation.stopped and kind in (*spec.promise.stay_up, *minimum.missing(spec).stay_up):
        yield f"stayUp {kind}"
    workloads = simulation.homeless or any(data.certain for data in simulation.data if data.name != ETCD)
    gone = any(data.at_most is None and not data.outside for data in simulation.data)
    if kind in minimum.losses(spec) and (gone or workloads or (simulation.stopped and not answered)):
        yield f"recover {kind}"


def lines(name: str, folder: str, found: Answered) -> Iterator[str]:
    """Yield what one set of failures leaves of a cluster; `folder` has its pages."""
    simulation = found.simulation
    yield f"{name} without {_failures(simulation)}"
    for label, text in _rows(simulation):
        yield f"  {label + ':':<15}{text}"
    if found.broken:
        yield f"  {'breaks:':<15}the promise {', '.join(found.broken)}"
    yield f"  {'pages:':<15}{_page(folder, found)}"


def table(name: str, found: Enumeration, harmful: tuple[Answered, ...]) -> Iterator[str]:
    """Yield the smallest sets of failures that do harm, one a line, and how many were tried."""
    if not found.tried:
        yield f"{name}: {found.sets} sets of failures are too many to try: nothing is proven beyond smaller ones"
        return
    yield f"{name}: {found.tried} sets of failures tried, {len(harmful)} do harm by themselves"
    for one in harmful[:LIMIT]:
        mark = "!" if one.broken else " "
        yield f"  {mark} {_failures(one.simulation)}: {'; '.join(_harm(one))}"
    if len(harmful) > LIMIT:
        yield f"    … and {len(harmful) - LIMIT} more; `-o json` has them all"


def data(found: Answered) -> dict[str, object]:
    """Return it as data."""
    simulation = found.simulation
    return {
        "lost": [f"{failure.kind}:{failure.name}" for failure in simulation.failures],
        "controlPlane": simulation.situation,
        "hostsDown": list(simulation.down),
        "hostsNotKnown": list(simulation.doubtful),
        "pools": [{"name": name, "left": left, "nodes": nodes} for name, left, nodes in simulation.pools],
        "copies": [{"backup": c.stream.name, "left": list(c.left)} for c in simulation.copies],
        "data": [
            {"of": d.name, "secondsAtMost": d.at_most, "certain": d.certain, "ownTool": d.outside}
            for d in simulation.data
        ],
        "tooLittle": [c.resource for c in simulation.too_little],
        "breaks": list(found.broken),
        "pages": list(found.pages),
    }


def _failures(simulation: Simulation) -> str:
    return ", ".join(f"{failure.kind} {failure.name}" for failure in simulation.failures)


def _rows(simulation: Simulation) -> Iterator[tuple[str, str]]:
    yield "control plane", _control_plane(simulation)
    if simulation.down:
        yield "hosts down", ", ".join(simulation.down)
    if simulation.doubtful:
        yield "may be down", f"{', '.join(simulation.doubtful)}: the spec does not say"
    if simulation.pools:
        yield "nodes left", ", ".join(f"{name} {left} of {nodes}" for name, left, nodes in simulation.pools)
    for short in simulation.too_little:
        amounts = _amount(short.resource, short.requested), _amount(short.resource, short.left)
        yield "does not fit", f"the workloads request {amounts[0]} of {short.resource}, and {amounts[1]} is left"
    if simulation.copies:
        yield "copies left", "; ".join(map(_copies, simulation.copies))
    if simulation.data:
        yield "data lost", "; ".join(map(_data, simulation.data))


def _control_plane(simulation: Simulation) -> str:
    left, total = simulation.members_left or (0, 0)
    texts: dict[Situation, str] = {
        "serves": "keeps serving, with every host of it",
        "member-lost": f"keeps serving, {left} of {total} etcd members left",
        "not-proven": "not proven to keep serving: a host does not state its domain",
        "quorum-lost": f"stops, {left} of {total} etcd members left",
        "servers-lost": "stops, no control-plane host is left",
        "of-the-provider": "is the provider's, and not known here",
    }
    return texts[simulation.situation]


def _copies(copies: Copies) -> str:
    return f"{copies.stream.name}: {', '.join(copies.left) or 'none'}"


def _data(data: Data) -> str:
    if data.outside:
        return f"{data.name}: what the application's own tool does not bring back"
    much = "all of it" if data.at_most is None else f"the last {duration.words(data.at_most)} at most"
    return f"{data.name}: {much}{'' if data.certain else ', where its storage does not survive'}"


def _harm(found: Answered) -> Iterator[str]:
    simulation = found.simulation
    if simulation.stopped:
        yield f"control plane {_control_plane(simulation)}, {_answer(found)}"
    if simulation.homeless:
        yield "no node is left for workloads"
    for data in simulation.data:
        if data.certain or (data.at_most is None and not data.outside):
            yield _data(data)
    none = [copies.stream.name for copies in simulation.copies if not copies.left]
    if none:
        yield f"no copy left of {', '.join(none)}"
    if simulation.too_little and not simulation.homeless:
        yield f"too little {' and '.join(c.resource for c in simulation.too_little)} for the workloads"
    if found.broken:
        yield f"breaks the promise {', '.join(found.broken)}"


def _answer(found: Answered) -> str:
    page = PAGES.get(found.simulation.situation)
    return f"page {page}" if page in found.pages else "no page"


def _page(folder: str, found: Answered) -> str:
    if found.pages:
        return ", ".join(f"{folder}/{page}.md" for page in found.pages)
    return "kedge has no page for this" if found.simulation.harms else "none needed for the control plane"


def _amount(resource: Compute, amount: Decimal) -> str:
    return quantity.canonical(f"{amount:f}") if resource == "cpu" else quantity.of_bytes(int(amount))
