"""Plain texts made from templates: letters and calendar entries."""

from flask import current_app

from app.config import current_settings
from app.web.association import association
from app.web.locale import force


def render_text(template: str, locale: str, **facts: object) -> str:
    """The text of ``template`` in ``locale`` ('ja', 'en', 'easy').

    It sees only ``facts`` and the association. Works outside of requests, and inside one shows
    nothing of it. Readings are still marked: the outbox writes them in brackets.
    """
    with force(locale):
        known = {"locale": locale, "association": association(current_settings())}
        return current_app.jinja_env.get_template(template).render(**known, **facts)
