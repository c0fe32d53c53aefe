"""Plain texts made from templates: letters and calendar entries."""

from collections.abc import Sequence

from flask import current_app

from app.web.association import speaker
from app.web.locale import force


def render_text(template: str | Sequence[str], locale: str, **facts: object) -> str:
    """The text of ``template``, or of the first of several that exists, in 'ja', 'en' or 'easy'.

    It sees only ``facts`` and the association, or in its place the host that is the ``host_id`` of
    ``facts``. Works outside of requests, and inside one shows nothing of it. Readings are still
    marked: the outbox writes them in brackets.
    """
    names = [template] if isinstance(template, str) else list(template)
    with force(locale):
        known = {"locale": locale, "association": speaker(facts)}
        return current_app.jinja_env.select_template(names).render(**known, **facts)
