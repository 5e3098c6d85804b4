"""A procedure to Markdown: all that clusters of one shape have in common, with slots for the values of each."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import groupby
from typing import NamedTuple

from compiler.facts.test_record import Run
from compiler.plan.alerts import FIRST_STEPS
from compiler.plan.control_plane_alerts import LINKS
from compiler.render.form import Form, form, slot
from compiler.render.messages import Messages, References, anchor, catalog, format_message
from compiler.render.page_template import render
from compiler.render.placeholders import PLACEHOLDERS
from compiler.render.step_section import section, table
from compiler.render.test_record import proven
from compiler.render.values import LAYERS, label, variable
from compiler.runbooks import clock
from compiler.runbooks.block import pasted
from compiler.runbooks.procedure import Procedure
from compiler.runbooks.step import STOP, Block, Step, StepDefinition
from compiler.runbooks.variables import VARIABLES
from compiler.values import duration

SHAPES = 128
"""Shapes whose forms are kept; a fleet has a few for each procedure, and a form has the size of a page."""

LINKED = frozenset((*FIRST_STEPS.values(), *(link.step for link in LINKS.values())))
"""Steps that alerts link to."""

OWN = ("title", "fired", "risk", "stop", "first_where", "notes")
"""The messages of a procedure that its page shows."""


class Shape(NamedTuple):
    """What decides a page but for the values in it. `applying`: the procedures that the cluster has; `stated`: minutes, by the author."""

    procedure: Procedure
    applying: tuple[str, ...]
    distribution: str
    members: int
    stores: int
    stated: int | None
    language: str


class PageForm(NamedTuple):
    """The page, and the names of the procedures that it links to where the cluster has them."""

    form: Form
    links: tuple[str, ...]


class _Slots(dict[str, object]):
    """In place of a cluster's values: each placeholder leaves a slot."""

    def __missing__(self, name: str) -> object:
        if name not in PLACEHOLDERS and name != LAYERS:
            raise KeyError(name)
        return slot(name)


@lru_cache(maxsize=SHAPES)
def page_form(shape: Shape) -> PageForm:
    """Return the form of every page of a shape."""
    pages = page_links(shape.applying, shape.language)
    content = _content(shape, _Slots(page=pages))
    text = render("page/page.md.j2", messages=catalog(shape.language, "page"), page=content)
    return PageForm(form(text), tuple(pages.asked))


def page_links(names: Iterable[str], language: str) -> References:
    """Return the links to the pages of procedures."""
    titles = {name: catalog(language, f"procedures/{name}")["title"] for name in names}
    return References("page", {name: f"[{title}]({name}.md)" for name, title in titles.items()})


@lru_cache(maxsize=SHAPES)
def has_store_blocks(procedure: Procedure) -> bool:
    """Return whether a procedure has a block for each store."""
    return any(step.definition.per_store for step in procedure.steps)


def _content(shape: Shape, slots: _Slots) -> dict[str, object]:
    procedure, language = shape.procedure, shape.language
    messages, own = catalog(language, "page"), catalog(language, f"procedures/{procedure.name}")
    headings, links = _headings(messages, procedure, language)
    slots["step"] = References("step", links)
    total = clock.service_back(procedure, shape.members)
    return {key: format_message(own[key], slots) for key in OWN} | {
        "cluster": slots["cluster"],
        "file": procedure.file,
        "first": procedure.first_commands,
        "facts": _facts(messages, slots, shape.members),
        "budget": _budget(messages, total, shape.stated, procedure.rto),
        "executed": _executed(shape, messages, links),
        "phases": list(_phases(shape, messages, list(_steps(shape, slots, headings)))),
    }


def _headings(messages: Messages, procedure: Procedure, language: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return slug to heading and slug to link; the numbers are those of this page.

    A title may name the cluster and nothing else: only its name is the same in an anchor.
    """
    headings, links = {}, {}
    for number, step in enumerate(procedure.steps, 1):
        title = format_message(catalog(language, f"steps/{step.slug}")["title"], {"cluster": slot("cluster")})
        named = {"number": number, "count": len(procedure.steps), "title": title}
        headings[step.slug] = format_message(messages["step_of"], named)
        links[step.slug] = f"[{format_message(messages['reference'], named)}](#{anchor(headings[step.slug])})"
    return headings, links


def _facts(messages: Messages, slots: _Slots, members: int) -> list[tuple[str, object]]:
    named = [(messages[key], slots[key]) for key in ("cluster", "versions", "api", "ca")]
    etcd = [(messages["members"], slots["members"]), (messages["quorum"], slots["quorum_of"])] if members else []
    return [*named, *etcd, (messages["call"], slots["call"])]


def _budget(messages: Messages, total: int, stated: int | None, rto: int | None) -> str:
    if rto is None:
        return format_message(messages["budget_free"], {"total": _words(total)})
    estimate = None if stated is None else stated * 60
    key = "budget_fits" if (estimate or total) <= rto else "budget_short"
    sentence = format_message(messages[key], {"total": _words(estimate or total), "rto": _words(rto)})
    return (
        sentence
        if estimate is None
        else f"{format_message(messages['budget_stated'], {'total': _words(total)})} {sentence}"
    )


def _executed(shape: Shape, messages: Messages, links: Mapping[str, str]) -> str:
    """Return which steps a test has run: the shorter list of those that it has and those that it has not."""
    slugs: dict[bool, list[str]] = {True: [], False: []}
    for step in shape.procedure.steps:
        slugs[proven(step.definition, shape.distribution) is not None].append(step.slug)
    done, missing = slugs[True], slugs[False]
    if not missing:
        return str(messages["executed_all"])
    most = len(done) > len(missing)
    key = ("executed_but_one" if len(missing) == 1 else "executed_most") if most else "executed_few"
    key = key if done else "executed_none"
    listed = ", ".join(links[slug] for slug in (missing if most else done))
    return format_message(messages[key], {"done": len(done), "count": len(shape.procedure.steps), "links": listed})


def _steps(shape: Shape, slots: _Slots, headings: Mapping[str, str]) -> Iterator[str]:
    messages = catalog(shape.language, "page")
    stop = format_message(messages["stop"], slots)
    for step, spent in zip(shape.procedure.steps, clock.ends(shape.procedure, shape.members), strict=True):
        own = catalog(shape.language, f"steps/{step.slug}")
        fails = (
            stop if step.on_failure == STOP else format_message(messages["go"], {"step": f"{{step:{step.on_failure}}}"})
        )
        claim = _claim(messages, proven(step.definition, shape.distribution))
        meta = " · ".join((f"`{step.slug}`", *_meta(step, spent, shape, messages), claim))
        texts = {key: format_message(text, slots) for key, text in own.items() if isinstance(text, str)}
        blocks = list(_blocks(step.definition, shape.stores))
        heading = _heading(step.slug, headings[step.slug])
        shown = section(heading, meta, texts, format_message(fails, slots), blocks, messages)
        rows = [[format_message(cell, slots) for cell in row] for row in own.get("table", ())]
        yield f"{shown}\n\n{table(messages['table'], rows)}" if rows else shown


def _phases(shape: Shape, messages: Messages, sections: list[str]) -> Iterator[Mapping[str, object]]:
    """Yield each phase: its heading and the sections of its steps."""
    rest = iter(sections)
    for phase, grouped in groupby(shape.procedure.steps, key=lambda step: step.phase):
        steps = tuple(grouped)
        yield {
            "title": messages[f"phase_{phase}"],
            "steps": [next(rest) for _ in steps],
        }


def _heading(slug: str, text: str) -> str:
    """Return the heading of a step; one that an alert links to has an anchor that does not change with its number."""
    return f'<a id="{slug}"></a>\n\n### {text}' if slug in LINKED else f"### {text}"


def _blocks(step: StepDefinition, stores: int) -> Iterator[Block]:
    if not step.per_store:
        yield Block("", _block(step, None))
        return
    yield from (Block(slot(label(store)), _block(step, store)) for store in range(stores))


def _block(step: StepDefinition, store: int | None) -> str:
    of_store = [slot(variable(name, store)) for name in step.variables if name not in VARIABLES]
    assigned = [slot(variable(name)) for name in step.variables if name in VARIABLES]
    return pasted(step, slot("cluster"), (*assigned, *of_store))


def _meta(step: Step, spent: int, shape: Shape, messages: Messages) -> Iterator[str]:
    on_members = step.place not in ("workstation", "replacement")
    place = "single" if on_members and shape.members == 1 else _place(step)
    yield format_message(messages[place], {"hosts": slot("members")})
    kind = str(messages[step.definition.kind.replace("-", "_")])
    yield f"**{kind}**" if step.definition.kind == "destructive" else kind
    yield format_message(messages["minutes"], {"minutes": clock.minutes(step, shape.members)})
    if step.meanwhile:
        yield format_message(messages["meanwhile"], {"number": _waiting(shape.procedure, step)})
    rto = shape.procedure.rto
    times = {"total": _words(spent * 60), "rto": _words(rto or 0)}
    yield format_message(messages["clock" if rto else "clock_free"], times)


def _place(step: Step) -> str:
    """Return where a step runs, as messages name it."""
    return "each_member_in_turn" if step.in_turn else step.place


def _waiting(procedure: Procedure, step: Step) -> int:
    """Return the number of the step that waits while this one is done."""
    before = procedure.steps[: procedure.steps.index(step)]
    return max(number for number, one in enumerate(before, 1) if not one.meanwhile)


def _claim(messages: Messages, run: Run | None) -> str:
    if run is None:
        return str(messages["not_executed"])
    systems = ", ".join(f"{name} {version}" for name, version in run.versions)
    return format_message(messages["executed"], {"systems": systems, "seconds": f"{float(f'{run.seconds:.2g}'):g}"})


@cache
def _words(seconds: int) -> str:
    """Return a time in words; pages speak of few different ones, again and again."""
    return duration.words(seconds)
