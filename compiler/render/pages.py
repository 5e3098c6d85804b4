"""The pages of a cluster: an index, and one for each procedure that applies. A page is its shape's form and the cluster's values."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from compiler.engines.engine import synced
from compiler.kube.manifest import Manifest
from compiler.plan.accepted_risks import AcceptedRisk
from compiler.plan.plan import Plan
from compiler.plan.section_reads import SourceSet, recorded
from compiler.render.accepted_risk import accepted_risk
from compiler.render.index_page import index
from compiler.render.messages import catalog
from compiler.render.page_form import Shape, has_store_blocks, page_form, page_links
from compiler.render.page_template import render
from compiler.render.values import Values, stores
from compiler.runbooks import PROCEDURES, Scenario, page_name
from compiler.runbooks.procedure import Procedure
from compiler.values.sources import Sources, merged

DIGEST = "Content digest: "
ACCEPTED = "Accepted risks: @\n"
"""Where the page of a procedure lists the waivers that are about what it was made from."""


class Page(NamedTuple):
    """A page, and the key paths of the spec that it was made from."""

    name: str
    content: bytes
    sources: Sources


class _Decided(NamedTuple):
    """The procedure of a scenario, None where it does not apply, and the key paths that decide that and its steps."""

    procedure: Procedure | None
    sources: SourceSet


class _Asked(dict[str, object]):
    """The values of a cluster that were asked for."""

    def __init__(self, values: Values, **given: object) -> None:
        super().__init__(given)
        self._values = values
        self.names: list[str] = []

    def __missing__(self, name: str) -> object:
        self.names.append(name)
        self[name] = value = self._values[name]
        return value


def pages(plan: Plan, objects: Sequence[Manifest], language: str = "en") -> Iterator[Page]:
    """Yield README.md and a page for each procedure that applies. `objects`: what the plan emits."""
    values = Values(plan, objects, language)
    decided = {page_name(scenario): _decided(plan, scenario) for scenario in PROCEDURES}
    applying = tuple(one.procedure for one in decided.values() if one.procedure)
    yield _index(plan, objects, values, applying)
    for procedure in applying:
        yield _page(plan, decided, procedure, values)


def _decided(plan: Plan, scenario: Scenario) -> _Decided:
    view, reads = recorded(plan)
    return _Decided(scenario.procedure(view), reads.sources())


def _page(plan: Plan, decided: Mapping[str, _Decided], procedure: Procedure, values: Values) -> Page:
    view, reads = recorded(plan)
    shape = Shape(
        procedure=procedure,
        applying=tuple(name for name, one in decided.items() if one.procedure),
        distribution=view.cluster.distribution_name,
        members=len(view.topology.members),
        stores=len(stores(view)) if has_store_blocks(procedure) else 0,
        stated=view.promise.minutes_of(procedure.name),
        language=values.language,
    )
    form, links = page_form(shape)
    # A link that is there says nothing; a text in its place says that its procedure does not apply.
    absent = (name for name in links if not decided[name].procedure)
    decides = (sources for name in (procedure.name, *absent) for sources in decided[name].sources)
    text, risks = form.filled(values), view.accepted_risks.risks
    sources = _merged(*reads.sources(), *decides, *values.sources(form.slots))
    lines = _accepted([risk for risk in risks if risk.touches(sources)], values.language)
    return Page(procedure.file, _sealed(text.replace(ACCEPTED, lines, 1)), sources)


def _accepted(risks: Sequence[AcceptedRisk], language: str) -> str:
    messages = catalog(language, "page")
    lines = "".join(f"- **{messages['accepted']}:** {accepted_risk(risk, messages)}\n" for risk in risks)
    return f"{lines}\n" if lines else ""


def _index(plan: Plan, objects: Sequence[Manifest], values: Values, applying: tuple[Procedure, ...]) -> Page:
    view, reads = recorded(plan)
    messages, page = (catalog(values.language, folder) for folder in ("index", "page"))
    asked = _Asked(values, page=page_links((procedure.name for procedure in applying), values.language))
    content = index(view, objects, values.language, asked, applying)
    text = render("index/index.md.j2", messages=messages, page=page, index=content)
    guarded = (one for one in objects if one.guard)
    of_objects = (sources for one in guarded for sources in (one.exists, one.named))
    layers = (layer.exists for layer in synced(objects))
    return Page(
        "README.md", _sealed(text), _merged(*reads.sources(), *of_objects, *layers, *values.sources(asked.names))
    )


def _merged(*sources: Sources) -> Sources:
    """Return every path once; many of the fields that a page shows were decided from the same ones."""
    return tuple(sorted(merged(*{id(one): one for one in sources}.values())))


def _sealed(text: str) -> bytes:
    """Return a page with the digest of all its other lines in the line that is kept for it."""
    before, _, after = text.partition(f"{DIGEST}@\n")
    digest = hashlib.sha256((before + after).encode()).hexdigest()
    return f"{before}{DIGEST}`sha256:{digest}`\n{after}".encode()
