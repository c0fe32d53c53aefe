"""Set up what every page shares."""

import logging

from flask import Flask, current_app, has_request_context, request

from app.config import Settings
from app.web import (
    assets,
    association,
    converters,
    csrf,
    errors,
    filters,
    headers,
    locale,
    translation,
)

log = logging.getLogger(__name__)


def init_app(app: Flask, settings: Settings) -> None:
    """Language, filters, headers, the check of where a form comes from, and error pages."""
    converters.init_app(app)
    locale.init_app(app)
    translation.init_app(app)
    filters.init_app(app)
    assets.init_app(app)
    association.init_app(app, settings)
    csrf.init_app(app, settings)
    headers.init_app(app, settings)
    errors.init_app(app)
    _warn_of_proxies(app, settings)

    @app.context_processor
    def offer() -> dict[str, object]:
        if not has_request_context():
            return {}
        return {
            "locale": locale.current_locale(),
            "other_language_url": locale.other_language_url(),
            "local_mailbox": settings.local_mailbox,
        }


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
