"""The printed form says what the pages say: every block, every link leads somewhere, and nothing is loaded or run."""

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser

import pytest

from compiler.render.printed_pages import INDEX, Source, printed
from compiler.runbooks import procedures
from tests.unit.runbooks.clusters import PLANS, pages

_BLOCK = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ACTIVE = {"script", "iframe", "img", "link", "object", "embed", "form"}


class _Read(HTMLParser):
    """Anchors, links, elements and attributes of a document."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if name == "href"]


def _sources(case: str) -> Iterator[Source]:
    plan = PLANS[case]()
    texts = {name.removesuffix(".md"): content.decode() for name, content in pages(plan).items()}
    found = {procedure.name: procedure for procedure in procedures(plan)}
    for name in (INDEX, *found):
        yield Source(name, texts[name], found.get(name))


def _printed(case: str) -> str:
    plan = PLANS[case]()
    return printed(plan.cluster.name, list(_sources(case)), [member.name for member in plan.topology.members])


@pytest.mark.parametrize("case", PLANS)
def test_every_block_is_there_as_it_is_pasted(case: str) -> None:
    blocks = [unescape(text) for text in re.findall(r"<pre.*?><code>(.*?)</code></pre>", _printed(case), re.DOTALL)]
    assert blocks == [block for source in _sources(case) for block in _BLOCK.findall(source.text)]


@pytest.mark.parametrize("case", PLANS)
def test_every_link_inside_the_file_leads_to_one_place(case: str) -> None:
    read = _Read(_printed(case))
    assert len(read.ids) == len(set(read.ids))
    assert {link for link in read.links if not link.startswith("https://")} <= {f"#{name}" for name in read.ids}


@pytest.mark.parametrize("case", PLANS)
def test_nothing_is_loaded_or_run(case: str) -> None:
    text = _printed(case)
    read = _Read(text)
    assert read.elements.isdisjoint(ACTIVE)
    assert not [name for name in read.attributes if name.startswith("on") or name in ("src", "style")]
    style = text.partition("<style>")[2].partition("</style>")[0]
    assert "@import" not in style
    assert "url(" not in style


def test_a_step_has_a_box_for_each_host_that_it_is_done_on() -> None:
    text = _printed("payments-eu")
    sources = {source.name: source for source in _sources("payments-eu")}
    procedure = sources["etcd-quorum-lost"].procedure
    assert procedure is not None
    section = text.partition('<section id="etcd-quorum-lost">')[2].partition("</section>")[0]
    boxes = [part.count('type="checkbox"') for part in section.split('<p class="boxes">')[1:]]
    each = ("each_member", "remaining_members")
    assert boxes == [3 if step.place in each else 1 for step in procedure.steps]


def test_a_page_that_is_printed_alone_links_to_the_files_of_the_others() -> None:
    (source,) = (one for one in _sources("payments-eu") if one.name == "etcd-quorum-lost")
    assert "etcd-member-lost.md" in _Read(printed("payments-eu", [source], [])).links


def test_markup_of_a_page_that_is_not_an_anchor_of_ours_is_text() -> None:
    source = Source(
        INDEX, '# north\n\n<script>alert(1)</script>\n\nand <b onclick="x">inline</b>\n\n<a id="late"></a>\n'
    )
    text = printed("north", [source], [])
    assert {"script", "b"}.isdisjoint(_Read(text).elements)
    assert "README--late" in _Read(text).ids


def test_each_sheet_names_cluster_page_and_number() -> None:
    text = _printed("payments-eu")
    assert '@page page-etcd-quorum-lost { @top-left { content: "payments-eu"' in text
    assert 'content: "sheet " counter(page) " of " counter(pages) ""' in text
