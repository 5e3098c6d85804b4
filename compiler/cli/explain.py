"""`kedge explain`: what a rule, field, alert, procedure or step is about, or which lines of the spec a file of the output comes from."""

import difflib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import click
from msgspec import Struct

from compiler.cli import options
from compiler.cli.selection import CLUSTERS
from compiler.render import build_record
from compiler.report import fault_page, field_page, json_output, procedure_page, rule_page
from compiler.rules.split_ids import SPLIT
from compiler.source.cache import BaseCache
from compiler.source.document import Span
from compiler.source.fault import Unreadable
from compiler.source.layers import load
from compiler.values import keypath
from compiler.workspace.failure import EnvironmentFailure
from compiler.workspace.files import OUTPUT, DiskFiles, spec_path

EPILOG = """\b
Examples:
  kedge explain                                rules, and the fields at the top
  kedge explain schedule-meets-rpo             a rule, as findings name it
  kedge explain spec.etcd.quota                a field of the spec
  kedge explain save-survivor                  a step, as pages name it; also a procedure or an alert
  kedge explain clusters/payments-eu/generated/base/namespace.payments.yaml
      the lines of the spec that this file comes from
"""

Content = dict[str, object]


class Explanation(Struct, frozen=True):
    """An answer, as data and as lines for a person."""

    content: Content
    lines: tuple[str, ...]


@click.command("explain", epilog=EPILOG)
@click.argument("topic", required=False, metavar="[RULE|FIELD|FILE|ALERT|STEP]")
@options.folder
@options.output("human", "json")
def command(topic: str | None, folder: Path, form: str) -> None:
    """Explain a rule, fault, field, output file, alert, procedure or step; without an argument list the rules and fields."""
    explanation = _index() if topic is None else _explain(topic, folder)
    content, lines = explanation.content, explanation.lines
    click.echo(json_output.document("explain", content) if form == "json" else "\n".join(lines))


def _explain(topic: str, folder: Path) -> Explanation:
    page = next((p for p in rule_page.rule_pages() if p.id == topic), None)
    if page is not None:
        return Explanation(_rule(page), tuple(rule_page.lines(page)))
    if topic in SPLIT:
        return _split(topic)
    if fault := fault_page.find(topic):
        return Explanation(_fault(fault), tuple(fault_page.lines(fault)))
    if _is_output(folder / topic, topic):
        return _file(topic, folder)
    field = field_page.find(topic)
    if field is not None:
        return Explanation(_field(field), tuple(field_page.lines(field)))
    if answer := procedure_page.find(topic):
        return Explanation(_answer(answer), tuple(procedure_page.lines(answer)))
    raise click.UsageError(f"there is no rule, field, output file, alert or step {topic!a}{_near(topic)}")


def _is_output(path: Path, topic: str) -> bool:
    """Return whether a topic names a file of the output, or one that is there, seen from its own folder."""
    return OUTPUT in Path(topic).parts or (OUTPUT in Path(os.path.abspath(path)).parts and path.is_file())  # noqa: PTH100


def _answer(topic: procedure_page.Topic) -> Content:
    paragraphs = [{"name": title, "summary": text} for title, text in topic.paragraphs]
    return {"topic": topic.kind, "id": topic.name, "statement": topic.title, "paragraphs": paragraphs}


def _split(topic: str) -> Explanation:
    """Return the answer for the id of a rule that was split."""
    pages = [page for page in rule_page.rule_pages() if page.id in SPLIT[topic]]
    now = [{"name": page.id, "summary": page.statement} for page in pages]
    lines = (f"{topic}: this rule was split. Its statements are checked by\n", *_listed(now))
    return Explanation({"topic": "split", "id": topic, "rules": now}, lines)


def _near(topic: str) -> str:
    ids = [*(page.id for page in rule_page.rule_pages()), *(page.id for page in fault_page.PAGES)]
    fields = [p.path for p in field_page.field_pages().values()]
    topics = {name: name for name in (*ids, *fields, *procedure_page.names())} | {
        f.removeprefix("spec."): f for f in fields
    }
    close = dict.fromkeys(topics[name] for name in difflib.get_close_matches(topic, topics, n=3, cutoff=0.6))
    return f"; did you mean {' or '.join(close)}?" if close else "; `kedge explain` lists the rules and fields"


def _index() -> Explanation:
    rules = [{"name": p.id, "summary": p.statement} for p in rule_page.rule_pages()]
    pages = field_page.field_pages().values()
    top = [p for p in pages if len(p.steps) == 2 and p.steps[0] == "spec"]
    fields = [{"name": p.path, "summary": field_page.first_sentence(p.meaning)} for p in top]
    lines = ("rules", *_listed(rules), "", "fields", *_listed(fields))
    return Explanation({"topic": "index", "rules": rules, "fields": fields}, lines)


def _listed(entries: list[dict[str, str]]) -> Iterator[str]:
    width = max(len(entry["name"]) for entry in entries)
    yield from (f"  {entry['name']:{width}}  {entry['summary']}" for entry in entries)


def _rule(page: rule_page.RulePage) -> Content:
    return {
        "topic": "rule",
        "id": page.id,
        "statement": page.statement,
        "why": page.why,
        "fix": page.fix,
        "bad": page.bad,
        "good": page.good,
        "severity": {tier: str(level) for tier, level in page.severity.items()},
    }


def _fault(page: fault_page.FaultPage) -> Content:
    return {
        "topic": "fault",
        "id": page.id,
        "statement": page.statement,
        "meaning": page.meaning,
        "fix": page.fix,
        "bad": page.bad,
        "good": page.good,
    }


def _field(page: field_page.FieldPage) -> Content:
    return {
        "topic": "field",
        "path": page.path,
        "type": page.type,
        "required": page.required,
        "default": page.default,
        "values": list(page.values),
        "meaning": page.meaning,
        "examples": list(page.examples),
        "mentionedBy": list(field_page.mentioned().get(page.steps, ())),
        "fields": [{"name": p.path, "summary": p.meaning} for p in field_page.children(page)],
    }


def _file(topic: str, folder: Path) -> Explanation:
    """Return where a file of the output comes from: `BUILD.json` keeps the key paths, the spec has their lines."""
    path = Path(os.path.abspath(folder / topic))  # noqa: PTH100 - resolves `..` without following links
    root, cluster, file = _located(path)
    record = f"{CLUSTERS}/{cluster}/{OUTPUT}/{build_record.NAME}"
    files = DiskFiles(root)
    if not files.exists(record):
        raise click.UsageError(f"{cluster} is not compiled: run `kedge compile {CLUSTERS}/{cluster}`")
    sources = _sources(files.read(record), cluster)
    if file not in sources:
        close = difflib.get_close_matches(file, sources, n=1)
        raise click.UsageError(f"kedge did not write {topic!a}" + (f"; did you mean {close[0]}?" if close else ""))
    places = [(text, span) for text in sources[file] for span in [_span(files, cluster, text)]]
    content: Content = {
        "topic": "file",
        "file": f"{CLUSTERS}/{cluster}/{OUTPUT}/{file}",
        "cluster": cluster,
        "sources": [{"path": t, "file": s.file, "line": s.line, "column": s.column} for t, s in places],
    }
    width = max((len(text) for text, _ in places), default=0)
    lines = [f"  {text:{width}}  {span.file}:{span.line}:{span.column}" for text, span in places]
    origin = "comes from" if places else "lists the files beside it, and comes from no line of the spec"
    return Explanation(content, (f"{content['file']} {origin}", *lines))


def _sources(record: bytes, cluster: str) -> dict[str, list[str]]:
    """Return the key paths by file. A record that was damaged is replaced by the next compile."""
    try:
        sources = json.loads(record)["sources"]
        recorded = {str(file): [str(path) for path in paths] for file, paths in sources.items()}
        for path in (path for paths in recorded.values() for path in paths):
            keypath.parse(path)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        command = f"kedge compile {CLUSTERS}/{cluster}"
        raise EnvironmentFailure(
            f"read {build_record.NAME} of {cluster}", "it is damaged", f"run `{command}`"
        ) from None
    return recorded


def _located(path: Path) -> tuple[Path, str, str]:
    """Return repository, cluster and path below the output folder. Raises click.UsageError for a path of another shape."""
    parts = path.parts
    for index, part in enumerate(parts):
        if part == OUTPUT and index > 2 and parts[index - 2] == CLUSTERS:
            return Path(*parts[: index - 2]), parts[index - 1], "/".join(parts[index + 1 :])
    raise click.UsageError(f"{path} is not in {CLUSTERS}/<name>/{OUTPUT}/")


def _span(files: DiskFiles, cluster: str, text: str) -> Span:
    layered = load(spec_path(cluster), files.read, BaseCache())
    if isinstance(layered, Unreadable):
        raise click.UsageError(f"the spec of {cluster} does not parse: run `kedge validate {CLUSTERS}/{cluster}`")
    return layered.span(keypath.parse(text), key=True)
