"""Security headers and caching of every answer."""

from datetime import timedelta
from typing import TypeVar

from flask import Flask, Response, request
from werkzeug.wrappers import Response as AnyResponse

from app.config import Settings

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=()"
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Keeps personal links from other sites, and Origin on our own forms.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Opener-Policy": "same-origin",
}

FRAMED = {name: value for name, value in HEADERS.items() if name != "X-Frame-Options"} | {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY.replace(
        "frame-ancestors 'none'", "frame-ancestors *"
    )
}
"""X-Frame-Options knows no "everybody": where others may frame a page, it is left out."""

Answer = TypeVar("Answer", bound=AnyResponse)


class FramedPage(Response):
    """A page made to be shown inside pages of other sites; any other answer may not be."""


def init_app(app: Flask, settings: Settings) -> None:
    """Add the headers to every answer; HSTS only where visitors come over TLS."""
    tls = {"Strict-Transport-Security": "max-age=31536000"} if settings.is_https else {}

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = FRAMED if isinstance(response, FramedPage) else HEADERS
        for name, value in (*headers.items(), *tls.items()):
            response.headers.setdefault(name, value)
        if request.endpoint != "static":
            _forbid_sharing(response)
        return response


def _forbid_sharing(response: Response) -> None:
    """HTML is never shared between people; a page made from POST can be gone Back to."""
    # Browsers ask to send the form again on Back where such a page says no-store.
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"


def keep_for(response: Answer, life: timedelta) -> Answer:
    """Let browsers and proxies show an answer to anybody for ``life`` without asking again."""
    response.headers["Cache-Control"] = f"public, max-age={int(life.total_seconds())}"
    return response


def allow_camera(response: Answer) -> Answer:
    """Let the scripts of this one page ask for the camera."""
    policy = PERMISSIONS.replace("camera=()", "camera=(self)")
    response.headers["Permissions-Policy"] = policy
    return response


def keep_private(response: Answer) -> Answer:
    """Mark a page got by GET that holds personal data: kept nowhere, indexed nowhere."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
