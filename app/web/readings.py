"""The last step of a page in plain words: marked readings become <ruby>."""

from flask import Flask, Response

from app.base import furigana
from app.base.languages import PLAIN
from app.web.locale import current_locale

PAGE = "text/html"
TEXTS = frozenset({"text/calendar", "text/plain", "text/csv", "application/json"})


def init_app(app: Flask) -> None:
    """Look at answers in plain words only; others pass untouched."""

    @app.after_request
    def show_readings(response: Response) -> Response:
        if current_locale() != PLAIN or response.direct_passthrough or response.is_streamed:
            return response
        if response.mimetype == PAGE:
            response.set_data(furigana.to_html(response.get_data(as_text=True)))
        elif response.mimetype in TEXTS:
            response.set_data(furigana.bare(response.get_data(as_text=True)))
        return response
