"""What `explain` says of an alert, of a procedure and of a step of one: the same texts as on the pages, without a cluster's values."""

from collections.abc import Iterator
from textwrap import fill

from msgspec import Struct

from compiler.plan.alerts import FIRST_STEPS, PAGE
from compiler.plan.control_plane_alerts import INDEX, LINKS, ControlPlaneAlertName
from compiler.render.messages import catalog, format_message
from compiler.runbooks import PROCEDURES, page_name
from compiler.runbooks.step import definition, slugs

WIDTH = 100
LANGUAGE = "en"


class Topic(Struct, frozen=True, kw_only=True):
    """One answer: what it is, its name, its title, and titled paragraphs."""

    kind: str
    name: str
    title: str
    paragraphs: tuple[tuple[str, str], ...]


class _Names(dict[str, object]):
    """In place of a cluster's values: `<members>`; in place of links: the step or page itself."""

    def __missing__(self, name: str) -> object:
        return _Name(name)


class _Name:
    def __init__(self, name: str) -> None:
        self._name = name

    def __format__(self, reference: str) -> str:
        return reference.partition("|")[0] or f"<{self._name}>"


def find(name: str) -> Topic | None:
    """Return the answer for a name, None where no alert, procedure or step has it."""
    name = name.removesuffix(".md")
    if name in FIRST_STEPS:
        return _alert(name)
    for alert in LINKS:
        if name == alert:
            return _control_plane_alert(alert)
    if name in map(page_name, PROCEDURES):
        return _procedure(name)
    return _step(name) if name in slugs() else None


def names() -> tuple[str, ...]:
    """Return every name that there is an answer for."""
    return (*FIRST_STEPS, *LINKS, *map(page_name, PROCEDURES), *slugs())


def lines(topic: Topic) -> Iterator[str]:
    """Yield the answer for a terminal."""
    yield f"{topic.name}: {topic.title}\n"
    for title, text in topic.paragraphs:
        yield fill(f"  {title:12}{text}", WIDTH, subsequent_indent=" " * 14) + "\n"


def _alert(name: str) -> Topic:
    (step,) = (step for alert, step in FIRST_STEPS.items() if alert == name)
    return Topic(
        kind="alert",
        name=name,
        title="no backup has ended in time for the RPO, or none is known",
        paragraphs=(
            ("page", f"clusters/<name>/generated/runbooks/{PAGE}, from step {step} on"),
            (
                "fires",
                "at the age that the page and `runbooks/README.md` of the cluster state, computed from its schedule",
            ),
        ),
    )


def _control_plane_alert(name: ControlPlaneAlertName) -> Topic:
    link = LINKS[name]
    page = f"clusters/<name>/generated/runbooks/{link.page}"
    step = f", from step {link.step} on; {INDEX.page} where the cluster has no such page" if link.step else ""
    return Topic(
        kind="alert",
        name=name,
        title=format_message(catalog(LANGUAGE, "index")[f"alert_{name}"], _Names()),
        paragraphs=(
            ("page", page + step),
            ("fires", "where the spec states the job of its metrics in `monitoring.jobs`"),
        ),
    )


def _procedure(name: str) -> Topic:
    own = catalog(LANGUAGE, f"procedures/{name}")
    texts = (("fired", "fired"), ("risk", "risk"), ("stop", "stop"))
    page = ("page", f"clusters/<name>/generated/runbooks/{name}.md, where the cluster has this procedure")
    said = ((title, format_message(own[key], _Names())) for title, key in texts)
    return Topic(kind="procedure", name=name, title=own["title"], paragraphs=(page, *said))


def _step(name: str) -> Topic:
    step, own = definition(name), catalog(LANGUAGE, f"steps/{name}")
    where = ("runs", f"{step.kind}, {step.place.replace('_', ' ')}, {step.minutes} min")
    keys = ("do", "precheck", "expect", "on_failure", "rollback")
    said = ((key.replace("_", " "), format_message(own[key], _Names())) for key in keys if key in own)
    return Topic(kind="step", name=name, title=format_message(own["title"], _Names()), paragraphs=(where, *said))
