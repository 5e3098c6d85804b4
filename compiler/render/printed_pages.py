"""The pages of a cluster as one HTML file that needs nothing else: for a phone, for paper, and for `file://`.

Made from the Markdown of the pages, so both say the same. Nothing in it runs and nothing is loaded. Where a step is done on hosts
it has a box to tick for each. On paper each sheet names cluster, page and number (Chromium and its relatives, from 131 on, and
WebKit; elsewhere the browser's own header has title and number), and a block is cut only where it is longer than a sheet.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING

from msgspec import Struct

from compiler.assets import asset_text
from compiler.render.messages import Messages, anchor, catalog, format_message
from compiler.render.page_template import render
from compiler.runbooks.procedure import Procedure
from compiler.runbooks.step import Step

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

INDEX = "README"
LONG_LINES = 60
"""Lines of a block that may be cut: an A4 sheet holds about seventy in the size that it is printed in."""

_ANCHOR = re.compile(r'<a id="([A-Za-z0-9-]+)">')
_DIGEST = re.compile(r"^Content digest: `sha256:([0-9a-f]{64})`$", re.MULTILINE)
_DIGITS_SHOWN = 12


class Source(Struct, frozen=True):
    """A page to print: its Markdown, and of a procedure's page the steps, whose boxes are ticked."""

    name: str
    text: str
    procedure: Procedure | None = None


class _Page(Struct, frozen=True):
    """A page while it is converted. `names`: the pages of the same file, which links can lead to."""

    source: Source
    names: frozenset[str]
    members: Sequence[str]
    messages: Messages


def printed(cluster: str, sources: Sequence[Source], members: Sequence[str], language: str = "en") -> str:
    """Return the HTML. `members`: the hosts of etcd's members, by name."""
    messages = catalog(language, "print")
    names = frozenset(source.name for source in sources)
    pages = [_Page(source, names, members, messages) for source in sources]
    return render(
        "print/page.html.j2",
        language=language,
        title=escape(format_message(messages["title"], {"cluster": cluster})),
        style=asset_text("templates/runbooks/print/style.css"),
        sheets="\n".join(_sheets(page, cluster) for page in pages),
        contents="\n".join(
            f'<li><a href="#{page.source.name}">{escape(_title(page.source))}</a></li>' for page in pages
        ),
        sections="\n".join(_section(page) for page in pages),
    )


def _title(source: Source) -> str:
    return source.text.partition("\n")[0].removeprefix("# ")


def _sheets(page: _Page, cluster: str) -> str:
    """Return what each sheet of a page has in its margins."""
    name = page.source.name
    number = {"number": '" counter(page) "', "count": '" counter(pages) "'}
    margins = {
        "@top-left": f'"{cluster}"',
        "@top-right": f'"{name}.md"',
        "@bottom-right": f'"{format_message(page.messages["sheet"], number)}"',
    }
    if found := _DIGEST.search(page.source.text):
        digest = format_message(page.messages["digest"], {"digest": found[1][:_DIGITS_SHOWN]})
        margins["@bottom-left"] = f'"{digest}"'
    boxes = " ".join(f"{box} {{ content: {content}; font: 8pt sans-serif; }}" for box, content in margins.items())
    return f"@page {_sheet(name)} {{ {boxes} }}\n#{name} {{ page: {_sheet(name)}; }}"


def _sheet(name: str) -> str:
    """Return the name of the sheets of a page: CSS reads some words as its own."""
    return f"page-{name}"


def _section(page: _Page) -> str:
    parser = _parser()
    tokens = parser.parse(page.source.text)
    _link(tokens, page)
    boxes = iter(page.source.procedure.steps if page.source.procedure else ())
    parts, start, step = [], 0, next(boxes, None)
    for position, token in enumerate(tokens):
        if step and token.type == "paragraph_close" and _first_code(tokens[position - 1]) == step.slug:
            parts += [parser.renderer.render(tokens[start : position + 1], parser.options, {}), _boxes(step, page)]
            start, step = position + 1, next(boxes, None)
    if step:
        raise ValueError(f"the page {page.source.name} does not show its step {step.slug}")
    parts.append(parser.renderer.render(tokens[start:], parser.options, {}))
    return f'<section id="{page.source.name}">\n{"".join(parts)}</section>'


def _first_code(inline: "Token") -> str:
    first = inline.children[0] if inline.children else None
    return first.content if first and first.type == "code_inline" else ""


def _boxes(step: Step, page: _Page) -> str:
    """Return the boxes of a step: one for each host that it is done on, one with a line for the host where that is one of them."""
    several = step.place in ("each_member", "remaining_members") and len(page.members) > 1
    chosen = step.place == "any_member" and len(page.members) > 1
    labels = page.members if several else [page.messages["one_host" if chosen else "done"]]
    line = ' <span class="host">&nbsp;</span>' if chosen else ""
    ticked = "\n".join(f'<label><input type="checkbox"> {escape(label)}{line}</label>' for label in labels)
    return f'<p class="boxes">\n{ticked}\n</p>\n'


def _link(tokens: "Iterable[Token]", page: _Page) -> None:
    """Give headings their anchors, and have links lead to where their target is in the one file."""
    headings = []
    for token in tokens:
        if token.type == "heading_open":
            headings.append(token)
        elif token.type == "inline":
            children = token.children or []
            if headings:
                text = "".join(child.content for child in children)
                headings.pop().attrSet("id", f"{page.source.name}--{anchor(text)}")
            for child in children:
                if child.type == "link_open":
                    child.attrSet("href", _target(str(child.attrGet("href")), page))
                elif child.type == "html_inline":
                    child.content = _ANCHOR.sub(rf'<a id="{page.source.name}--\1">', child.content)


def _target(href: str, page: _Page) -> str:
    """Return the link in the one file; one to a page that is not in it stays a link to the file beside it."""
    file, _, place = href.partition("#")
    name = file.removesuffix(".md") if file else page.source.name
    if name not in page.names or "/" in file:
        return href
    return f"#{name}--{place}" if place else f"#{name}"


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # with what it brings 40 ms

    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    parser.add_render_rule("html_block", _html)
    parser.add_render_rule("html_inline", _html)
    parser.add_render_rule("fence", _fence)
    return parser


def _html(_: object, tokens: "Sequence[Token]", index: int, *__: object) -> str:
    """Return an anchor as it is, and everything else as text."""
    found = tokens[index].content
    return found if found == "</a>" or _ANCHOR.fullmatch(found) else escape(found)


def _fence(_: object, tokens: "Sequence[Token]", index: int, *__: object) -> str:
    text = tokens[index].content
    kind = ' class="long"' if text.count("\n") > LONG_LINES else ""
    return f"<pre{kind}><code>{escape(text)}</code></pre>\n"
