"""What the office writes in Markdown, as safe HTML and as plain text.

Links, lists, emphasis, tables; no pictures, no HTML of one's own. Headings begin at the third
level, because pages have their own first and second. A line break stays one.
"""

from functools import lru_cache
from html import unescape

import nh3
from flask import Flask
from markdown_it import MarkdownIt
from markupsafe import Markup

_INLINE = frozenset({"a", "br", "code", "em", "s", "strong"})
_BLOCKS = frozenset({"blockquote", "h3", "h4", "hr", "li", "ol", "p", "pre", "ul"})
_TABLES = frozenset({"table", "tbody", "td", "th", "thead", "tr"})
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
_LEVELS = {"h1": "h3", "h2": "h3", "h3": "h4", "h4": "h4", "h5": "h4", "h6": "h4"}
_parser = MarkdownIt("commonmark", {"html": False, "breaks": True})
_parser.enable(["table", "strikethrough"])
_parser.disable(["image"])
_guides = MarkdownIt("commonmark", {"html": False})
_guides.enable(["table"])


@lru_cache(maxsize=256)
def to_html(text: str) -> Markup:
    """``text`` as HTML of which nothing can run, load or leave its place on the page."""
    tokens = _parser.parse(text)
    for token in tokens:
        token.tag = _LEVELS.get(token.tag, token.tag)
    made = _parser.renderer.render(tokens, _parser.options, {})
    cleaned = nh3.clean(
        made,
        tags=set(_INLINE | _BLOCKS | _TABLES),
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
    )
    return Markup(cleaned)  # noqa: S704  # cleaned just above


def to_guide(text: str) -> Markup:
    """A page of our own as HTML: its headings are those of the page, and it has pictures."""
    cleaned = nh3.clean(
        _guides.render(text),
        tags=set(_INLINE | _BLOCKS | _TABLES) | {"h1", "h2", "img"},
        attributes={**_ATTRIBUTES, "img": {"src", "alt"}},
        url_schemes=_SCHEMES,
    )
    return Markup(cleaned)  # noqa: S704  # cleaned just above


def to_plain(text: str) -> str:
    """The words of ``text`` alone, one space between them: for calendars and machines."""
    return " ".join(unescape(nh3.clean(to_html(text), tags=set())).split())


def init_app(app: Flask) -> None:
    """Make the filter ``markdown`` known to templates."""
    app.add_template_filter(to_html, "markdown")
