"""Plain texts made from templates: letters and calendar entries."""

from flask import current_app
from flask_babel import force_locale

from app.config import current_settings
from app.web.association import association


def render_text(template: str, locale: str, **facts: object) -> str:
    """The text of ``template`` in ``locale``; it sees only ``facts`` and the association.

    Works outside of requests, and inside one shows nothing of it.
    """
    with force_locale(locale):
        known = {"locale": locale, "association": association(current_settings())}
        return current_app.jinja_env.get_template(template).render(**known, **facts)
