"""The templates of pages; the only module that knows Jinja, which is loaded when the first page is made."""

from functools import cache
from typing import TYPE_CHECKING

from compiler.assets import asset_text

if TYPE_CHECKING:
    from jinja2 import Template


def render(template: str, **context: object) -> str:
    """Return a filled template of `templates/runbooks`. What it asks for and is not given raises UndefinedError."""
    return _template(template).render(context)


@cache
def _template(name: str) -> "Template":
    from jinja2 import Environment, StrictUndefined

    environment = Environment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)  # noqa: S701 - Markdown, not HTML
    return environment.from_string(asset_text(f"templates/runbooks/{name}"))
