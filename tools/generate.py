"""Write every page and schema that is derived from the code; `--check` names those that are stale instead.

Run by `make docs` and `make check` in a checkout. The tests hold all but the criteria, whose numbers any change can move.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from textwrap import fill

import click

from compiler.cli.main import COMMANDS, main
from compiler.facts import tables
from compiler.facts.fact import minors
from compiler.facts.test_record import ANY_DISTRIBUTION
from compiler.model import json_schema
from compiler.model.shape import flow
from compiler.render.test_record import recorded_runs
from compiler.report import fault_page, field_page, standing
from compiler.report.field_page import FieldPage
from compiler.report.rule_page import RulePage, rule_pages, waiver
from compiler.rules.split_ids import SPLIT
from compiler.runbooks.step import definition, slugs
from compiler.source import limits
from tools import tested

ROOT = Path(__file__).parent.parent
BEGIN, END = "<!-- supported: written by `make docs` -->", "<!-- supported: end -->"
NOTE = "<!-- Written by `make docs`. Do not edit: change the code that it describes. -->\n"


def pages() -> dict[str, str]:
    """Return every generated file: path from the root to text."""
    written = {
        "schemas/cluster.schema.json": _json(json_schema.cluster_schema()),
        "schemas/base.schema.json": _json(json_schema.base_schema()),
        "docs/reference.md": _lines(reference()),
        "docs/commands.md": _lines(commands()),
        "docs/faults.md": _lines(faults()),
        "docs/tested.md": _lines(tested.page(ROOT / "record")),
        "README.md": readme(),
        "docs/topologies.md": _lines(standing.table()),
        "docs/rules/README.md": _lines(rules()),
    }
    return written | {f"docs/rules/{page.id}.md": _lines(rule(page)) for page in rule_pages()}


def rule(page: RulePage) -> Iterator[str]:
    """Yield the page of a rule, with what it prints taken from its fixtures."""
    yield f"# {page.id}"
    yield page.statement
    yield "| lab | edge | production |\n|---|---|---|\n| " + " | ".join(page.severity.values()) + " |"
    yield f"**Why it matters:** {page.why}"
    yield f"**How to fix:** {page.fix}"
    yield f"## Bad\n\n```yaml\n{page.bad}\n```"
    yield f"## Good\n\n```yaml\n{page.good}\n```"
    printed = (ROOT / "tests/rules" / page.id / "bad.expected").read_text(encoding="utf-8")
    yield f"## What it prints\n\n```text\n{printed.rstrip()}\n```"
    yield f"## How to waive\n\n```yaml\n{waiver(page)}\n```"


def rules() -> Iterator[str]:
    """Yield the index of the rules."""
    yield "# Rules"
    yield "The id of a rule is the statement that it checks. `kedge explain RULE` prints the same page."
    for subject, pages in groupby(rule_pages(), key=lambda page: page.subject):
        rows = [f"| [{p.id}]({p.id}.md) | {p.statement} | {' / '.join(p.severity.values())} |" for p in pages]
        yield f"## {subject.capitalize()}"
        yield "| rule | statement | lab / edge / production |\n|---|---|---|\n" + "\n".join(rows)
    yield "## Rules that were split"
    yield "| old id | checked now by |\n|---|---|\n" + "\n".join(
        f"| {old} | {', '.join(f'[{rule}]({rule}.md)' for rule in new)} |" for old, new in SPLIT.items()
    )


def reference() -> Iterator[str]:
    """Yield the reference of the spec: a heading for each section."""
    yield "# The spec"
    yield (
        "One file per cluster, `clusters/<name>/cluster.yaml`. `<name>` stands for any name of a map, `[]` for any item"
        " of a list. Unknown keys are refused. `kedge explain FIELD` prints the same."
    )
    top = [page for steps, page in field_page.field_pages().items() if len(steps) == 1]
    yield _table(top)
    for page in field_page.field_pages().values():
        inner = field_page.children(page)
        if inner and page.section:
            yield f"## `{page.path}`"
            yield page.meaning
            yield _table(inner)


def _table(fields: list[FieldPage]) -> str:
    rows = ["| field | type | default | meaning | example |", "|---|---|---|---|---|"]
    for field in fields:
        values = f": {', '.join(f'`{value}`' for value in field.values)}" if field.values else ""
        example = f"`{flow(field.examples[0])}`" if field.examples else ""
        default = "**required**" if field.required else f"`{field_page.default_text(field)}`"
        rows.append(f"| `{field.steps[-1]}` | {field.type}{values} | {default} | {field.meaning} | {example} |")
    return "\n".join(row.replace("`absent`", "absent") for row in rows)


def commands() -> Iterator[str]:
    """Yield the help text of every command."""
    yield "# Commands"
    yield _help("kedge", main)
    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)
        if command is None:
            raise ValueError(f"the list of commands names {name}, which has no file")
        yield _help(f"kedge {name}", command)
        for below in command.commands.values() if isinstance(command, click.Group) else ():
            yield _help(f"kedge {name} {below.name}", below)


def _help(path: str, command: click.Command) -> str:
    context = click.Context(command, info_name=path, terminal_width=100, help_option_names=["-h", "--help"])
    return f"## {path}\n\n```text\n{command.get_help(context)}\n```"


def faults() -> Iterator[str]:
    """Yield what the reader refuses, and its limits."""
    yield "# Faults and limits"
    yield (
        "A fault is what keeps a spec from being proven at all: of its text, its shape or its references. Each is an"
        " error in every tier and cannot be waived. A code is the true statement that the file breaks."
    )
    for page in fault_page.PAGES:
        yield f"## {page.id}"
        yield page.statement
        yield f"**Why it matters:** {page.meaning}"
        yield f"**How to fix:** {page.fix}"
        if page.bad:
            yield f"```yaml\n# bad\n{page.bad}\n```\n\n```yaml\n# good\n{page.good}\n```"
    yield "## Limits of the reader"
    stated = {n: v for n, v in vars(limits).items() if n.isupper()}
    yield "| limit | value | of what |\n|---|---|---|\n" + "\n".join(
        f"| {name.lower().replace('_', ' ')} | {value:,} | {meaning} |"
        for (name, value), meaning in zip(stated.items(), _limit_meanings(), strict=True)
    )


def _limit_meanings() -> Iterator[str]:
    """The sentence below each limit in its source."""
    text = Path(limits.__file__).read_text(encoding="utf-8")
    for part in text.split('"""')[3::2]:
        yield " ".join(part.split())


def readme() -> str:
    """Return README with its table of supported versions between the two marks."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{_supported()}\n{END}{rest.split(END)[1]}"


def _supported() -> str:
    products = {
        "Kubernetes": tables.KUBERNETES,
        "etcd": tables.ETCD,
        "Velero": tables.VELERO,
        "Flux": tables.FLUX,
        "Argo CD": tables.ARGO,
    }
    head = "| | supported, every patch | pages and objects run by tests | only objects: admitted by the real API server or CRDs |"
    rows = [head, "|---|---|---|---|"]
    for product, facts in products.items():
        executed = ", ".join(fact.value.executed for fact in facts if fact.value.executed)
        admitted = ", ".join(fact.value.admitted for fact in facts if fact.value.admitted)
        rows.append(f"| {product} | {', '.join(minors(facts))} | {executed} | {admitted} |")
    return "\n".join((*rows, "", fill(_executed(), 135)))


def _executed() -> str:
    """Return how many runbook steps the test record proves, by distribution."""
    runs = [run for slug in slugs() for run in recorded_runs(definition(slug))]
    counts = Counter(run.distribution for run in runs)
    names = {ANY_DISTRIBUTION: "a plain API server or a workstation"}
    done = ", ".join(f"{count} on {names.get(name, name)}" for name, count in sorted(counts.items()))
    return (
        f"Runbook steps run by tests on real systems: {len({run.digest for run in runs})} of {len(slugs())} ({done}). Each page says of "
        "each step on what it was run, or that it was not."
    )


def _lines(blocks: Iterator[str]) -> str:
    return NOTE + "\n" + "\n\n".join(blocks) + "\n"


def _json(schema: object) -> str:
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def measured() -> dict[str, str]:
    """Return the page of the criteria, which measures this module too."""
    from tests.architecture import criteria

    return {"docs/criteria.md": NOTE + "\n" + criteria.page()}


def stale() -> list[str]:
    """Return the generated files that differ from what would be written, and pages of rules that are gone."""
    wanted = pages()
    differ = [name for name, text in wanted.items() if not _same(ROOT / name, text)]
    orphans = [f"docs/rules/{p.name}" for p in (ROOT / "docs/rules").glob("*.md")]
    return differ + [name for name in orphans if name not in wanted]


def _same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def write() -> None:
    """Write every generated file, and remove pages of rules that are gone."""
    wanted = pages()
    for name in stale():
        path = ROOT / name
        if name in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[name], encoding="utf-8")
        else:
            path.unlink()


if __name__ == "__main__":
    if "--check" in sys.argv:
        found = stale() + [name for name, text in measured().items() if not _same(ROOT / name, text)]
        sys.exit(f"stale, run `make docs`: {', '.join(found)}" if found else 0)
    write()
    for name, text in measured().items():  # last: it counts stale files
        (ROOT / name).write_text(text, encoding="utf-8")
