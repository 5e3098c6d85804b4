"""Chapters to Markdown: typed steps and the words of a language become pages; the only room that knows Jinja.

Warm, a cluster's pages cost about a millisecond; the first page of a process pays for Jinja and the word files.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from compiler.assets import asset
from compiler.kube.manifest import Manifest, layers_of
from compiler.plan.plan import Plan
from compiler.render.index_page import index
from compiler.render.view import chapter_view
from compiler.render.words import Words, executed, say, words
from compiler.runbooks import chapters
from compiler.runbooks.chapter import STOP, Chapter, Run, Step
from compiler.values import duration

if TYPE_CHECKING:
    from jinja2 import Template

DIGEST = "Content digest: "


class _Shown(NamedTuple):
    """A step as the template unpacks it; a tuple, since Jinja's attribute look-ups were half of a page's time."""

    id: str
    numbered: str
    title: str
    meta: str
    do: str
    guard: tuple[str, ...]
    runs: list[tuple[str, str]]
    expect: str
    otherwise: str
    table: Sequence[Sequence[str]]


def pages(plan: Plan, objects: Sequence[Manifest], language: str = "en") -> dict[str, bytes]:
    """Return file name to bytes: one page for each chapter that applies, and README.md. `objects`: what the plan emits."""
    view = chapter_view(plan, tuple(layers_of(objects)), words(language, "page"))
    found = tuple(chapters(plan))
    w, shown = words(language, "page"), index(plan, objects, language, view, found)
    made = {"README.md": _sealed("index.md.j2", w=words(language, "index"), p=w, page=shown)}
    for chapter in found:
        made[chapter.file] = _sealed("page.md.j2", w=w, page=_page(chapter, language, view))
    return made


def _page(chapter: Chapter, language: str, view: Mapping[str, str]) -> dict[str, object]:
    w, own = words(language, "page"), words(language, chapter.name)
    total = sum(step.minutes for step in chapter.steps)
    return {key: say(own[key], view) for key in ("title", "fired", "risk", "stop", "after")} | {
        "cluster": view["cluster"],
        "file": chapter.file,
        "first": "\n".join(chapter.first),
        "facts": _facts(w, view),
        "budget": _budget(w, total * 60, chapter.rto),
        "executed": _executed(w, chapter),
        "steps": list(_steps(chapter, w, own, view)),
    }


def _facts(w: Words, view: Mapping[str, str]) -> list[tuple[str, str]]:
    named = [(w[key], view[key]) for key in ("cluster", "versions", "api", "ca")]
    etcd = [(w["members"], view["members"]), (w["quorum"], view["quorum_of"])] if view["members"] else []
    return [*named, *etcd, (w["call"], view["call"])]


def _budget(w: Words, total: int, rto: int | None) -> str:
    spelt = _spelt(total)
    if rto is None:
        return say(w["budget_free"], {"total": spelt})
    key = "budget_fits" if total <= rto else "budget_short"
    return say(w[key], {"total": spelt, "rto": _spelt(rto)})


def _executed(w: Words, chapter: Chapter) -> str:
    still = [step.id for step in chapter.steps if step.id not in executed()]
    if not still:
        return str(w["executed_all"])
    done, count = len(chapter.steps) - len(still), len(chapter.steps)
    return say(
        w["executed_count" if done else "executed_none"],
        {"done": str(done), "count": str(count), "open": ", ".join(still)},
    )


def _steps(chapter: Chapter, w: Words, own: Words, view: Mapping[str, str]) -> Iterator[_Shown]:
    spent, count, stop = 0, str(len(chapter.steps)), say(w["stop"], view)
    for number, step in enumerate(chapter.steps, 1):
        spent += step.minutes
        said = own[step.id]
        fails = stop if step.on_failure == STOP else say(w["go"], {"step": _link(step.on_failure)})
        yield _Shown(
            step.id,
            say(w["step_of"], {"number": str(number), "count": count}),
            say(said["title"], view),
            " · ".join(_meta(step, spent, chapter.rto, w)),
            say(said["do"], view),
            (say(said["precheck"], view), say(said["wayback"], view)) if step.kind == "destructive" else (),
            [(run.note, "\n".join(run.commands)) for run in step.runs],
            say(said["expect"], view),
            f"{say(said['otherwise'], view)} {fails}",
            said.get("table", ()),
        )


def _meta(step: Step, spent: int, rto: int | None, w: Words) -> Iterator[str]:
    yield f"{w['where']}: {_where(step.runs[0], w)}"
    kind = str(w[step.kind.replace("-", "_")])
    yield f"**{kind}**" if step.kind == "destructive" else kind
    yield say(w["minutes"], {"minutes": str(step.minutes)})
    total = _spelt(spent * 60)
    yield say(w["clock"], {"total": total, "rto": _spelt(rto)}) if rto else say(w["clock_free"], {"total": total})
    yield str(w["executed" if step.id in executed() else "not_executed"])


def _where(run: Run, w: Words) -> str:
    place = "single" if len(run.hosts) == 1 else run.place
    return say(w[place], {"hosts": ", ".join(run.hosts)})


def _link(step: str) -> str:
    return f"[{step}](#{step.lower()})"


def _sealed(template: str, **context: object) -> bytes:
    """Return a page with the digest of all its other lines in the line that is kept for it."""
    text = _template(template).render(context)
    before, _, after = text.partition(f"{DIGEST}@\n")
    digest = hashlib.sha256((before + after).encode()).hexdigest()
    return f"{before}{DIGEST}`sha256:{digest}`\n{after}".encode()


@cache
def _spelt(seconds: int) -> str:
    """Return a time in words; pages speak of few different ones, again and again."""
    return duration.words(seconds)


@cache
def _template(name: str) -> "Template":
    from jinja2 import Environment, StrictUndefined

    environment = Environment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)  # noqa: S701 - Markdown, not HTML
    return environment.from_string(asset(f"templates/runbooks/{name}").read_text("utf-8"))
