"""Addresses of static files that change when the file does, so that they can be kept for a year."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for

YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Offer ``asset('css/public.css')`` to templates."""
    folder = Path(app.static_folder or "static")

    @cache
    def asset(name: str) -> str:
        version = hashlib.sha256((folder / name).read_bytes()).hexdigest()[:12]
        return url_for("static", filename=name, v=version)

    app.jinja_env.globals["asset"] = asset

    @app.after_request
    def keep_assets(response: Response) -> Response:
        if request.endpoint == "static" and "v" in request.args and response.status_code == 200:  # noqa: PLR2004
            response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return response
