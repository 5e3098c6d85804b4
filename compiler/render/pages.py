"""Procedures to Markdown: typed steps and the messages of a language become pages; the only package that knows Jinja.

Warm, a cluster's pages cost about a millisecond; the first page of a process pays for Jinja and the message files.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from compiler.assets import asset
from compiler.facts.test_record import Run
from compiler.kube.manifest import Manifest
from compiler.plan.alerts import FIRST_STEPS
from compiler.plan.plan import Plan
from compiler.plan.section_reads import SectionReads, recorded
from compiler.render.index_page import index
from compiler.render.messages import Messages, References, anchor, catalog, format_message
from compiler.render.placeholders import View
from compiler.render.step_section import section, table
from compiler.render.test_record import proven
from compiler.runbooks import PROCEDURES, clock
from compiler.runbooks.procedure import Procedure
from compiler.runbooks.step import STOP, Step
from compiler.values import duration
from compiler.values.sources import Sources, merged

if TYPE_CHECKING:
    from jinja2 import Template

LINKED = frozenset(FIRST_STEPS.values())
DIGEST = "Content digest: "
OWN = ("title", "fired", "risk", "stop", "first_where", "notes")
"""The messages of a procedure that its page shows."""


class Page(NamedTuple):
    """A page, and the key paths of the spec that it was made from."""

    name: str
    content: bytes
    sources: Sources


def pages(plan: Plan, objects: Sequence[Manifest], language: str = "en") -> Iterator[Page]:
    """Yield README.md and a page for each procedure that applies. `objects`: what the plan emits."""
    known: dict[str, Sources] = {}
    views = [recorded(plan, known) for _ in PROCEDURES]
    decided = [scenario.procedure(view) for scenario, (view, _) in zip(PROCEDURES, views, strict=True)]
    applying = tuple(procedure for procedure in decided if procedure)
    yield _index(*recorded(plan, known), objects, applying, language)
    for procedure, (view, reads) in zip(decided, views, strict=True):
        if procedure:
            placeholders = _placeholders(view, objects, applying, language)
            content = _page(view, procedure, language, placeholders)
            text = _sealed("page/page.md.j2", messages=catalog(language, "page"), page=content)
            yield Page(procedure.file, text, merged(reads.sources(), placeholders.sources()))


def _index(
    view: Plan, reads: SectionReads, objects: Sequence[Manifest], applying: tuple[Procedure, ...], language: str
) -> Page:
    content = index(view, objects, language, _placeholders(view, objects, applying, language), applying)
    messages = catalog(language, "index")
    text = _sealed("index/index.md.j2", messages=messages, page=catalog(language, "page"), index=content)
    return Page(
        "README.md", text, merged(reads.sources(), *(one.exists for one in objects), *(one.named for one in objects))
    )


def _placeholders(plan: Plan, objects: Sequence[Manifest], applying: tuple[Procedure, ...], language: str) -> View:
    messages = catalog(language, "page")
    links = {procedure.name: f"[{_title(procedure, language)}]({procedure.file})" for procedure in applying}
    return View(plan, objects, messages, page=References("page", links))


def _title(procedure: Procedure, language: str) -> str:
    return str(catalog(language, f"procedures/{procedure.name}")["title"])


def _page(plan: Plan, procedure: Procedure, language: str, view: View) -> dict[str, object]:
    messages, own = catalog(language, "page"), catalog(language, f"procedures/{procedure.name}")
    headings, links = _headings(messages, procedure, language, view)
    view["step"] = References("step", links)
    total = clock.service_back(procedure)
    return {key: format_message(own[key], view) for key in OWN} | {
        "cluster": plan.cluster.name,
        "file": procedure.file,
        "first": procedure.first_commands,
        "facts": _facts(messages, view),
        "budget": _budget(messages, total, plan.promise.minutes_of(procedure.name), procedure.rto),
        "executed": _executed(plan, messages, procedure, links),
        "steps": list(_steps(plan, procedure, language, view, headings)),
    }


def _headings(
    messages: Messages, procedure: Procedure, language: str, view: View
) -> tuple[dict[str, str], dict[str, str]]:
    """Return slug to heading and slug to link; the numbers are those of this page."""
    headings, links = {}, {}
    for number, step in enumerate(procedure.steps, 1):
        title = format_message(catalog(language, f"steps/{step.slug}")["title"], view)
        named = {"number": number, "count": len(procedure.steps), "title": title}
        headings[step.slug] = format_message(messages["step_of"], named)
        links[step.slug] = f"[{format_message(messages['reference'], named)}](#{anchor(headings[step.slug])})"
    return headings, links


def _facts(messages: Messages, view: View) -> list[tuple[str, object]]:
    named = [(messages[key], view[key]) for key in ("cluster", "versions", "api", "ca")]
    etcd = [(messages["members"], view["members"]), (messages["quorum"], view["quorum_of"])] if view["members"] else []
    return [*named, *etcd, (messages["call"], view["call"])]


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


def _executed(plan: Plan, messages: Messages, procedure: Procedure, links: Mapping[str, str]) -> str:
    """Return which steps a test has run: the shorter list of those that it has and those that it has not."""
    slugs: dict[bool, list[str]] = {True: [], False: []}
    for step in procedure.steps:
        slugs[proven(step.definition, plan.cluster.distribution.name) is not None].append(step.slug)
    done, missing = slugs[True], slugs[False]
    if not missing:
        return str(messages["executed_all"])
    most = len(done) > len(missing)
    key = ("executed_most" if most else "executed_few") if done else "executed_none"
    listed = ", ".join(links[slug] for slug in (missing if most else done))
    return format_message(messages[key], {"done": len(done), "count": len(procedure.steps), "links": listed})


def _steps(plan: Plan, procedure: Procedure, language: str, view: View, headings: Mapping[str, str]) -> Iterator[str]:
    messages, spent = catalog(language, "page"), 0
    distribution = plan.cluster.distribution.name
    stop = format_message(messages["stop"], view)
    for step in procedure.steps:
        spent += clock.counted(step)
        own = catalog(language, f"steps/{step.slug}")
        fails = (
            stop if step.on_failure == STOP else format_message(messages["go"], {"step": f"{{step:{step.on_failure}}}"})
        )
        claim = _claim(messages, proven(step.definition, distribution))
        meta = " · ".join((f"`{step.slug}`", *_meta(step, spent, procedure.rto, messages), claim))
        texts = {key: format_message(text, view) for key, text in own.items() if isinstance(text, str)}
        shown = section(
            _heading(step.slug, headings[step.slug]), meta, texts, format_message(fails, view), step.blocks, messages
        )
        rows = [[format_message(cell, view) for cell in row] for row in own.get("table", ())]
        yield f"{shown}\n\n{table(messages['table'], rows)}" if rows else shown


def _heading(slug: str, text: str) -> str:
    """Return the heading of a step; one that an alert links to has an anchor that does not change with its number."""
    return f'<a id="{slug}"></a>\n\n### {text}' if slug in LINKED else f"### {text}"


def _meta(step: Step, spent: int, rto: int | None, messages: Messages) -> Iterator[str]:
    place = "single" if len(step.hosts) == 1 else step.place
    yield format_message(messages[place], {"hosts": ", ".join(step.hosts)})
    kind = str(messages[step.definition.kind.replace("-", "_")])
    yield f"**{kind}**" if step.definition.kind == "destructive" else kind
    yield format_message(messages["minutes"], {"minutes": clock.minutes(step)})
    times = {"total": _words(spent * 60), "rto": _words(rto or 0)}
    yield format_message(messages["clock" if rto else "clock_free"], times)


def _claim(messages: Messages, run: Run | None) -> str:
    if run is None:
        return str(messages["not_executed"])
    systems = ", ".join(f"{name} {version}" for name, version in run.versions)
    return format_message(messages["executed"], {"systems": systems, "seconds": f"{float(f'{run.seconds:.2g}'):g}"})


def _sealed(template: str, **context: object) -> bytes:
    """Return a page with the digest of all its other lines in the line that is kept for it."""
    text = _template(template).render(context)
    before, _, after = text.partition(f"{DIGEST}@\n")
    digest = hashlib.sha256((before + after).encode()).hexdigest()
    return f"{before}{DIGEST}`sha256:{digest}`\n{after}".encode()


@cache
def _words(seconds: int) -> str:
    """Return a time in words; pages speak of few different ones, again and again."""
    return duration.words(seconds)


@cache
def _template(name: str) -> "Template":
    from jinja2 import Environment, StrictUndefined

    environment = Environment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)  # noqa: S701 - Markdown, not HTML
    return environment.from_string(asset(f"templates/runbooks/{name}").read_text("utf-8"))
