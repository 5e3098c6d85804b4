"""The section of one step as Markdown: assembled here and not by a template, since a page has dozens of them."""

from collections.abc import Mapping, Sequence

from compiler.render.messages import Messages
from compiler.runbooks.step import Block


def section(
    heading: str, meta: str, own: Mapping[str, str], fails: str, blocks: Sequence[Block], messages: Messages
) -> str:
    """Return heading, what to do, the blocks to paste, what to expect and what to do if that does not happen."""
    parts = [heading, meta, f"**{messages['do']}:** {own['do']}"]
    if "precheck" in own:
        parts.append(f"**{messages['precheck']}:** {own['precheck']}")
        parts.append(f"**{messages['rollback']}:** {own['rollback']}")
    for block in blocks:
        if block.label:
            parts.append(f"{block.label}:")
        parts.append(f"```sh\n{block.text}\n```")
    parts.append(f"**{messages['expect']}:** {own['expect']}")
    parts.append(f"**{messages['on_failure']}:** {own['on_failure']} {fails}")
    return "\n\n".join(parts)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of three columns."""
    return "\n".join((_row(head), "|---|---|---|", *map(_row, rows)))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
