"""Set up what every page shares."""

from flask import Flask, current_app, has_request_context, request

from app.config import Settings
from app.web import (
    assets,
    association,
    bodies,
    converters,
    csrf,
    errors,
    filters,
    form_words,
    headers,
    locale,
    markdown,
    readings,
    translation,
)
from app.web.page import page_facts


def init_app(app: Flask, settings: Settings) -> None:
    """Language, filters, headers, the check of where a form comes from, and error pages."""
    converters.init_app(app)
    locale.init_app(app)
    translation.init_app(app)
    filters.init_app(app)
    form_words.init_app()
    markdown.init_app(app)
    assets.init_app(app)
    association.init_app(app)
    bodies.init_app(app)
    csrf.init_app(app, settings)
    headers.init_app(app, settings)
    readings.init_app(app)
    errors.init_app(app)
    _warn_of_proxies(app, settings)

    @app.context_processor
    def offer() -> dict[str, object]:
        return page_facts() if has_request_context() else {}


def _warn_of_proxies(app: Flask, settings: Settings) -> None:
    """Say once that a proxy stands before us though TRUSTED_PROXIES is 0."""
    if settings.trusted_proxies:
        return
    warned: list[bool] = []

    @app.before_request
    def warn() -> None:
        if not warned and "X-Forwarded-For" in request.headers:
            warned.append(True)
            current_app.logger.warning(
                "X-Forwarded-For arrives but TRUSTED_PROXIES is 0: "
                "rate limits count the proxy, not the visitor"
            )
